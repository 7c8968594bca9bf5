import TestSupport
import Testing

/// The JSON Schemas of reports/schema.
enum Schema {
  /// Validates JSON files with Python's jsonschema; the answer is what it complains of.
  static func complaints(about documents: [String], schema name: String) async throws -> String {
    let script = """
      import json, sys
      import jsonschema
      schema = json.load(open(sys.argv[1]))
      validator = jsonschema.Draft202012Validator(schema)
      validator.check_schema(schema)
      for path in sys.argv[2:]:
          for error in validator.iter_errors(json.load(open(path))):
              print(path, list(error.absolute_path), error.message[:200])
      """
    let schema = "\(Fixtures.root)/reports/schema/\(name)"
    let outcome = try await Tool.run(["-c", script, schema] + documents, path: "/usr/bin/python3")
    #expect(outcome.status == 0, "python3-jsonschema is needed: \(outcome.errors)")
    return outcome.output
  }
}
