/// Exit statuses, after sysexits.h.
enum ExitStatus: Int32 {
  case success = 0
  /// Something is to be changed, or differs.
  case somethingToDo = 2
  /// Nothing is to be changed, but something bad could not be decided.
  case undecided = 3
  /// Wrong use of the command line.
  case usage = 64
  /// What was read is not what it should be.
  case badInput = 65
  case inputMissing = 66
  case internalError = 70
  case cannotWrite = 73
  case noPermission = 77
}

/// Why a command ends without having done its work.
struct Failure: Error {
  var status: ExitStatus
  /// For a person: what was wrong, where, what to do.
  var message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
