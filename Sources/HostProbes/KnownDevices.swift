/// The devices of a list that no pci.ids of this machine names; nil where it has none.
///
/// Throws: the file that the person named can't be read.
public func unnamedDevices(
  _ ids: [(vendor: UInt16, device: UInt16)], in file: String? = nil
) throws(ProbeError) -> [(vendor: UInt16, device: UInt16)]? {
  try PCINameSource(file: file).unnamed(of: ids)
}
