internal import SystemPackage

extension FileOperations {
  /// The same calls, each made again when a signal interrupts it.
  ///
  /// Not so `close`: Linux has closed the file even when it says EINTR.
  var retrying: FileOperations {
    let close = close
    return FileOperations(
      resolve: again(resolve), statusOfPath: again(statusOfPath), openToRead: again(openToRead),
      openNew: again(openNew), status: again(status), read: again(read), write: again(write),
      setMode: again(setMode), setOwner: again(setOwner), attributeNames: again(attributeNames),
      attribute: again(attribute), setAttribute: again(setAttribute),
      removeAttribute: again(removeAttribute), synchronize: again(synchronize),
      close: { file throws(Errno) in
        do throws(Errno) {
          try close(file)
        } catch {
          if error != .interrupted { throw error }
        }
      },
      rename: again(rename), renameToNew: again(renameToNew), link: again(link),
      unlink: again(unlink))
  }
}

/// The call, repeated for as long as it says EINTR.
private func again<each Argument, Result>(
  _ call: @escaping @Sendable (repeat each Argument) throws(Errno) -> Result
) -> @Sendable (repeat each Argument) throws(Errno) -> Result {
  { (argument: repeat each Argument) throws(Errno) -> Result in
    while true {
      do throws(Errno) {
        return try call(repeat each argument)
      } catch {
        if error != .interrupted { throw error }
      }
    }
  }
}
