import Scoring
import TestSupport
import Testing

@Suite struct StyleListTests {
    @Test(
        "reads the lists that ship",
        arguments: [("emoji", 12, "flat illustration"), ("wikiart-27", 27, "contemporary-realism")])
    func readsAFile(name: String, count: Int, first: String) throws {
        let list = try StyleList(contentsOf: Repository.weights("styles/\(name).txt"))
        #expect(list.labels.count == count)
        #expect(list.labels.first == first)
    }

    @Test(
        "refuses lists that tell nothing apart",
        arguments: [
            ([], StyleListError.tooFew(0)), (["a"], .tooFew(1)), (["a", " "], .empty(index: 1)),
            (["a", "b", "a"], .repeated(index: 2, label: "a")),
            (["a", String(repeating: "é", count: 1001)], .tooLong(index: 1, length: 1001)),
        ])
    func refuses(labels: [String], error: StyleListError) {
        #expect(throws: error) { try StyleList(labels) }
    }

    @Test func holdsAtMost256Styles() throws {
        _ = try StyleList((0..<256).map(String.init))
        #expect(throws: StyleListError.tooMany(257)) { try StyleList((0..<257).map(String.init)) }
    }

    @Test func saysThatAFileIsMissing() {
        #expect(throws: StyleListError.unreadable(reason: "No such file or directory")) {
            try StyleList(contentsOf: Repository.weights("styles/nobody.txt"))
        }
    }
}
