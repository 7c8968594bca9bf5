internal import Glibc
internal import HostModel

/// A result that one thread waits for and another gives.
///
/// Safe to share: the semaphore orders the single write before the read.
@safe
final class Answer: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>
  private var result: Result<String, Unknown>?

  init() {
    unsafe semaphore = .allocate(capacity: 1)
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  func give(_ result: Result<String, Unknown>) {
    self.result = result
    unsafe sem_post(semaphore)
  }

  func wait() -> Result<String, Unknown> {
    while unsafe sem_wait(semaphore) != 0, errno == EINTR {}
    return result ?? .failure(Unknown(.interfaceMissing, needs: "an answer"))
  }
}
