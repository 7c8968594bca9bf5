/// The name that a word was probably meant to be.
enum NearestName {
  /// The known name that is nearest to a word; nil where none is near.
  ///
  /// Another case, `-` for `_`, up to two letters wrong (one in a short name).
  static func nearest(to word: String, among names: [String]) -> String? {
    let folded = fold(word)
    if let same = names.first(where: { fold($0) == folded }) { return same }
    guard folded.count > 3 else { return nil }
    let limit = folded.count > 6 ? 2 : 1
    var best: (name: String, distance: Int)?
    for name in names where abs(name.count - folded.count) <= limit && name.count > 3 {
      let found = distance(Array(folded.utf8), Array(fold(name).utf8))
      if found <= limit, found < best?.distance ?? .max { best = (name, found) }
    }
    return best?.name
  }

  private static func fold(_ word: String) -> String {
    word.lowercased().replacing("-", with: "_")
  }

  /// How many letters are wrong, missing, too many or swapped with their neighbour.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          cost = min(cost, rows[i - 1][j - 1] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
