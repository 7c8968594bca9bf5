import QuirkEngine
import Testing

@Suite struct ValueShapeTests {
  @Test(arguments: [
    ("flag", "", true), ("flag", "1", false), ("boolean", "on", true), ("boolean", "", true),
    ("boolean", "maybe", false), ("integer", "12", true), ("integer", "0x1f", true),
    ("integer", "017", true), ("integer", "018", false), ("integer", "x", false),
    ("integer", "", false), ("integer 0-8", "8", true), ("integer 0-8", "9", false),
    ("integer -1-255", "-1", true), ("integer -1-255", "-2", false), ("size", "512M", true),
    ("size", "0x10k", true), ("size", "M", false), ("word pit|hpet", "hpet", true),
    ("word pit|hpet", "HPET", false), ("pattern *:*,*", "05:00,1", true),
    ("pattern *:*,*", "05:00", false), ("text", "anything", true), ("text", "", false),
  ])
  func `a shape takes a value or not`(shape: String, value: String, takes: Bool) throws {
    #expect(try ValueShape(parsing: shape).accepts(value) == takes)
    #expect(try ValueShape(parsing: shape).text == shape)
  }

  @Test(arguments: [
    "", "number", "integer 8", "integer 8-0", "word", "pattern", "flag x", "size 3",
  ])
  func `a shape that means nothing is refused`(shape: String) {
    #expect(throws: TermError.self) { try ValueShape(parsing: shape) }
  }

  @Test(arguments: [
    ("off", "@false", true), ("0", "@false", true), ("on", "@false", false), ("", "@false", false),
    ("", "@true", true), ("enable", "@true", true), ("x", "*", true), ("", "", true),
    ("on", "", false), ("broadcast=0", "broadcast=@false", true),
    ("on,no-broadcast", "broadcast=@false", true), ("broadcast", "broadcast=@false", false),
    ("no-intremap,verbose", "no-intremap", true), ("verbose", "no-intremap", false),
    ("no-intremap", "intremap", true), ("2,0", "2,0", true),
  ])
  func `a pattern of the catalogue means a value or not`(
    value: String, pattern: String, fits: Bool
  ) {
    #expect(BootOption.fits(value, pattern) == fits)
  }

  private var list: BootOption {
    var option = BootOption(
      side: .xen, name: "iommu", form: .list, syntax: "iommu=...", effect: "e", cost: "",
      origin: Origin(file: "f", line: 1))
    option.takes = [.boolean]
    option.members = [
      BootOption.Member(
        name: "intremap", takes: [.boolean], standard: "on", versions: nil, effect: "e",
        insecure: []),
      BootOption.Member(
        name: "dev-iotlb-timeout", takes: [.integer(0...100)], standard: "", versions: nil,
        effect: "e", insecure: []),
    ]
    return option
  }

  @Test(arguments: ["on", "no-intremap", "intremap=off,dev-iotlb-timeout=100", "force=1,intremap"])
  func `members of a list are judged one by one`(value: String) {
    let objection = list.objection(toValue: value)
    #expect((objection == nil) == !value.contains("force"), "\(objection ?? "")")
  }

  @Test func `an objection says what would be right`() {
    #expect(list.objection(toValue: "intremap=maybe") == "iommu=intremap takes boolean")
    #expect(list.objection(toValue: "bogus") == "'bogus' is no member of iommu")
    var plain = list
    plain.members = []
    plain.form = .value
    #expect(plain.objection(toValue: "x") == "iommu takes boolean, not 'x'")
    plain.takes = []
    #expect(plain.objection(toValue: "x") == nil)
  }
}
