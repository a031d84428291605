/// diffusers' scheduler classes that are implemented; the raw values are their names.
enum SchedulerClass: String, CaseIterable, Sendable {
    case ddim = "DDIMScheduler"
    case ddpm = "DDPMScheduler"
    case euler = "EulerDiscreteScheduler"
    case eulerAncestral = "EulerAncestralDiscreteScheduler"
    case dpmSolver = "DPMSolverMultistepScheduler"
    case unipc = "UniPCMultistepScheduler"
    case lcm = "LCMScheduler"
    case pndm = "PNDMScheduler"
}
