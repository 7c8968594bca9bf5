internal import ArgumentParser
internal import QuirkEngine

extension Quirks {
  /// `xenquirks quirks new`: an entry to fill in.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Print an entry to fill in; every key with what belongs there.")

    @Argument(help: "Its id: vendor-part-symptom, in lower case.") var id: String
    @Option(help: "aspm, msi, iommu, cstate …") var category: QuirkEngine.Category = .firmware
    @Option(help: ArgumentHelp("The device that has it.", valueName: "vendor:device"))
    var device: String

    mutating func validate() throws {
      let parts = device.split(separator: ":")
      guard parts.count == 2, parts.allSatisfy({ $0.count == 4 && UInt16($0, radix: 16) != nil })
      else { throw ValidationError("--device is vendor:device, as lspci -n prints it") }
    }

    mutating func run() throws { try write(Self.entry(id, category, device.lowercased())) }

    static func entry(
      _ id: String, _ category: QuirkEngine.Category, _ device: String
    ) -> String {
      let vendor = device.prefix(4)
      return """
        [[quirk]]
        id = "\(id)"
        title = "What goes wrong, in one sentence without a full stop"
        category = "\(category.rawValue)"
        severity = "malfunction"     # boot-failure hang data-loss security malfunction performance noise
        evidence = "C"               # A upstream or vendor, B two independent reports, C one report, D hearsay
        # The defect itself: ids, revisions, versions; nothing that a word on a boot line could change.
        when = { pci = ["\(device)"] }
        # What sets it off now; leave it out when nothing has to.
        armed = { link-aspm = ["l0s", "l1"] }
        # Who works around it, since when; leave it out when nobody does.
        # handled-by = [{ linux = { since = "6.1" }, driver = "NAME", by = "NAME, which turns ASPM off" }]
        why = \"\"\"
        What happens in the machine, for an administrator.\"\"\"
        cost = "What the remedy costs."

        # From the narrowest remedy on: firmware, runtime, a driver's parameter, a word for the whole machine.
        [[quirk.action]]
        target = "dom0"
        op = "add"
        option = "pcie_aspm.policy=performance"
        verify = { link-aspm = "off" }
        undo = "take the word away and boot again"

        # What the reference says must be what the entry says.
        [[quirk.reference]]
        kind = "bug"                 # kernel xen xsa erratum vendor bug list hcl
        url = "https://example.org/"
        note = "what it says there"
        seen = 2026-01-01

        # A machine in a few lines, and what becomes of it with one line changed.
        [[quirk.test]]
        machine = '''
        linux 6.1
        xen-line placeholder
        dom0-line quiet
        00:1c.0 \(vendor):0001 root-port bridge 01 aspm l1 on l1
        01:00.0 \(device) endpoint aspm l1 on l1
        '''
        missing = true
        with.latent = ["01:00.0 \(device) endpoint aspm l1"]
        with.near-miss = ["01:00.0 \(vendor):ffff endpoint aspm l1 on l1"]

        """
    }
  }
}
