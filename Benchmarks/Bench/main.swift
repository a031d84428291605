import Glibc

// Answers one JSON line for each command line of standard input, so that a script can time it in turn with its peers.
// Times are seconds of the arithmetic alone: inputs are made before the clock starts.
//     liminal-bench FOLDER [--clip FOLDER] [--threads N] [--precision auto|fp32|bf16]

guard let options = Options(CommandLine.arguments.dropFirst()) else {
    print("usage: liminal-bench FOLDER [--clip FOLDER] [--threads N] [--precision auto|fp32|bf16]")
    exit(2)
}
var session = Session(options)
while let line = readLine() {
    do {
        print(try session.answer(to: Command(line)).json)
    } catch {
        print(Answer(failure: "\(error)").json)
    }
    fflush(nil)
}
