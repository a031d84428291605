import Service
import Testing

@Suite struct PromptCatalogueTests {
    @Test func holdsThePapersPrompts() throws {
        let training = try #require(PromptCatalogue.paper.first { $0.id == "training" }).prompts
        #expect(training.count == 25)
        #expect(training.first == "painting of a man" && training[1] == "painting of  a woman" && training.last == " ")
        #expect(training.filter { $0.contains("  ") }.count == 21)  // all but "a man" of the three media
        let comparison = try #require(PromptCatalogue.paper.first { $0.id == "comparison" }).prompts
        #expect(comparison.count == 27)
        #expect([8, 17, 26].allSatisfy { comparison[$0] == " " })
        #expect(comparison[9] == "picture of a man" && comparison[25] == "drawing of  an object")
        #expect(Set(comparison) == Set(training))
    }
}
