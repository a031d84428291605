import JSON
import Testing

@Suite struct IntegersAsRealsTests {
    private let bytes = Array("[1000000000000000019884624838656, 77]".utf8)

    @Test func readsIntegersBeyond64BitsWhenAsked() throws {
        #expect(try JSONValue(parsing: bytes, integersAsReals: true) == [.real(1e30), .real(77)])
    }

    @Test func readsWholeRealsAsIntegers() throws {
        let cursor = JSONCursor(try JSONValue(parsing: bytes, integersAsReals: true))
        #expect(try cursor.array()[1].integer(in: 2...100) == 77)
    }
}
