internal import HostModel

/// How a condition was answered: the verdict, what was read, and what is missing.
public struct Trace: Sendable {
  public var verdict: Verdict
  private var read: Read
  private var asked: Asked
  private var place: Place
  /// What would decide it, where nobody knows.
  public var needs: [String]
  public var parts: [Trace]

  init(
    _ verdict: Verdict, _ question: String, answer: String = "", source: String = "",
    needs: [String] = [], parts: [Trace] = []
  ) {
    self.verdict = verdict
    asked = .words(question)
    read = .words(answer)
    place = .words(source)
    self.needs = needs
    self.parts = parts
  }

  private init(
    _ verdict: Verdict, _ term: Term, read: Read, source: Source? = nil, needs: [String] = []
  ) {
    self.verdict = verdict
    asked = .term(term)
    self.read = read
    place = source.map { .source($0) } ?? .words("")
    self.needs = needs
    parts = []
  }

  // Most answers are never shown: their words are made when somebody asks for them.
  private enum Asked: Sendable {
    case term(Term)
    case words(String)
  }
  private enum Read: Sendable {
    case later(@Sendable () -> String)
    case words(String)
  }
  private enum Place: Sendable {
    case source(Source)
    case words(String)
  }

  /// The question, as a quirk file writes it or in words.
  public var question: String {
    switch asked {
    case .term(let term): term.text
    case .words(let text): text
    }
  }

  /// What was read; empty for a condition made of others.
  public var answer: String {
    get {
      switch read {
      case .later(let text): text()
      case .words(let text): text
      }
    }
    set { read = .words(newValue) }
  }

  /// Where it was read.
  public var source: String {
    get {
      switch place {
      case .source(let source): source.description
      case .words(let text): text
      }
    }
    set { place = .words(newValue) }
  }

  /// A term that a known fact answers.
  static func known(_ holds: Bool, _ term: Term, answer: String, source: Source) -> Trace {
    Trace(holds ? .yes : .no, term, read: .words(answer), source: source)
  }

  /// The same with an answer that is put in words only when somebody reads it.
  static func known(
    _ holds: Bool, _ term: Term, source: Source, later answer: @escaping @Sendable () -> String
  ) -> Trace {
    Trace(holds ? .yes : .no, term, read: .later(answer), source: source)
  }

  /// A term that nobody can answer.
  static func unknown(_ term: Term, _ reason: Unknown) -> Trace {
    Trace(
      .unknown, term, read: .later { "unknown: \(reason.cause.rawValue)" }, needs: [reason.needs])
  }

  /// A term that a fact answers, whatever is known of it.
  static func of<Value>(
    _ fact: Fact<Value>, _ term: Term, absent: String,
    _ judge: (Value) -> (holds: Bool, answer: String)
  ) -> Trace {
    switch fact {
    case .known(let value, let source):
      let judged = judge(value)
      return .known(judged.holds, term, answer: judged.answer, source: source)
    case .absent: return Trace(.no, term, read: .words(absent))
    case .unknown(let reason): return .unknown(term, reason)
    }
  }

  /// The answers that made it true (or, for a verdict of no, false).
  public var leaves: [Trace] {
    if parts.isEmpty { return [self] }
    return parts.filter { $0.verdict == verdict || verdict == .unknown }.flatMap(\.leaves)
  }

  /// What is missing below it, each once, in the order met.
  public var missing: [String] {
    guard verdict == .unknown else { return [] }
    var found: [String] = []
    for need in needs + parts.flatMap(\.missing) where !found.contains(need) { found.append(need) }
    return found
  }
}

/// One fact that a finding rests on.
public struct Because: Sendable, Hashable {
  public var fact: String
  public var value: String
  public var source: String

  public init(fact: String, value: String, source: String) {
    self.fact = fact
    self.value = value
    self.source = source
  }
}
