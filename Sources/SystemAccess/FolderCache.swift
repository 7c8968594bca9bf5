internal import Glibc

/// Where the folders of a captured tree are, so that the files of one are not looked for from the
/// root again and again.
@safe
final class FolderCache: @unchecked Sendable {
  /// The files of one folder are read together; more need not be remembered.
  private static let capacity = 64

  // Any thread may ask; the mutex guards the dictionary.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var hostPaths: [Substring: String] = [:]

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  subscript(folder: Substring) -> String? {
    get {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      return hostPaths[folder]
    }
    set {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      if hostPaths.count >= Self.capacity { hostPaths.removeAll(keepingCapacity: true) }
      hostPaths[folder] = newValue
    }
  }
}
