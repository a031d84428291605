import Tensors

// Measures what the machine can do at most, and which share of it each kernel reaches; prints a Markdown table.
//     liminal-roofline [fp32|bf16] [part of the kernels' names]

let threads = 2
let arguments = Array(CommandLine.arguments.dropFirst())
let precision = arguments.isEmpty ? KernelLevel.best.fastestPrecision : Precision(rawValue: arguments[0])
guard let precision, precision != .int8 else { preconditionFailure("usage: liminal-roofline [fp32|bf16] [NAME]") }
let device = Device(threads: threads, precision: precision)
let kernels = Kernels(device: device).all.filter { arguments.count < 2 || $0.name.contains(arguments[1]) }

/// A number with two decimals.
func rounded(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }

let peaks = Peak.all(threads: threads)
print("Peak of \(threads) threads: " + peaks.map { "\($0.kind) \(Int($0.rate)) \($0.unit)" }.joined(separator: ", "))
print("\n| Kernel in \(precision) | ms | GFLOP or GB | GFLOP/s or GB/s | share of the peak |\n|---|---|---|---|---|")
for kernel in kernels {
    let seconds = kernel.time() / .seconds(1)
    let rate = kernel.work / seconds / 1e9
    let share = peaks.first { $0.kind == kernel.bound }.map { "\(Int(rate / $0.rate * 100)) % of \($0.kind)" } ?? ""
    print("| \(kernel.name) | \(rounded(seconds * 1e3)) | \(rounded(kernel.work / 1e9)) | \(Int(rate)) | \(share) |")
}
