internal import Glibc

/// Runs asynchronous code on the thread that waits for it, and waits no longer than it may.
@safe
final class CallerExecutor: TaskExecutor, @unchecked Sendable {
  // Any thread may hand in a job; the mutex guards the list, the condition wakes the waiting
  // thread.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var jobs: [UnownedJob] = []

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    unsafe pthread_mutex_lock(mutex)
    jobs.append(job)
    unsafe pthread_cond_signal(condition)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Runs what is handed in until `isDone`, for `limit` at most.
  ///
  /// Gives whether it was done in time.
  func run(for limit: Duration, until isDone: () -> Bool) -> Bool {
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
    let (seconds, attoseconds) = limit.components
    let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
    deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    while !isDone() {
      guard let job = nextJob(until: deadline) else { return false }
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
    return true
  }

  /// The next job, or nil when there is none at the deadline.
  private func nextJob(until deadline: timespec) -> UnownedJob? {
    var deadline = deadline
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while jobs.isEmpty {
      if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
    }
    return jobs.isEmpty ? nil : jobs.removeFirst()
  }
}
