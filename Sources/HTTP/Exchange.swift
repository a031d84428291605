import CMicroHTTPD
import Synchronization

/// One request being read and its response being sent.
///
/// libmicrohttpd holds it from the end of the header to the end of the response.
final class Exchange: @unchecked Sendable {
    // Safe to share: libmicrohttpd's one thread reads the request into it. While the connection is suspended only the
    // handler's task uses it, until `resume` hands the connection back. What more threads touch is behind a lock.
    let listener: Listener
    let head: Request
    let outflow = Outflow()
    private let connection: OpaquePointer
    private let socket: CInt
    private var body: [UInt8] = []
    /// Why the body is not kept, once it has proved unacceptable.
    private var refusal: Refusal?
    /// What the gate answered, of a request without a body.
    private var turnedAway: Response?
    private var isBegun = false

    private struct Work {
        var task: Task<Void, Never>?
        var watch: Disconnects.Watch?
        var isCancelled = false
    }

    private let work = Mutex(Work())

    init(
        connection: OpaquePointer, target: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>, listener: Listener
    ) {
        self.connection = connection
        self.listener = listener
        socket = cmhd_socket(connection)
        var headers: [(name: String, value: String)] = []
        Fields.read(connection, kind: .HEADER_KIND) { headers.append(($0, $1 ?? "")) }
        var query: [(name: String, value: String)] = []
        var isMalformed = false
        Fields.read(connection, kind: .GET_ARGUMENT_KIND) { name, value in
            guard let name = PercentEncoding.decode(name), let value = PercentEncoding.decode(value ?? "") else {
                isMalformed = true
                return
            }
            query.append((name, value))
        }
        // Clients of AWS's and Hugging Face's have their own name for the same.
        let id = ["x-request-id", "x-amzn-trace-id"].lazy.compactMap { name in
            RequestID.accepted(headers.first { $0.name.lowercased() == name }?.value)
        }.first
        head = Request(
            method: String(cString: method), path: String(cString: target), query: query, headers: headers, id: id,
            remoteAddress: Fields.address(connection))
        if Fields.strictCount(connection, method: method, version: version) != headers.count {
            refusal = .malformedHeader
        } else if isMalformed {
            refusal = .malformedTarget
        } else {
            refusal = Framing.refusal(of: head, bodyLimit: listener.configuration.bodyLimit)
        }
    }

    /// Called when the header is complete: refuses at once what need not be read.
    func headerComplete() -> MHD_Result {
        if let refusal { return refuse(refusal) }
        turnedAway = listener.gate(head)
        // The library ends the connection of who is answered before the end of a request: only a body is worth that.
        if let turnedAway, Framing.hasBody(head) { return answerAtOnce(turnedAway, closing: true) }
        listener.deadlines.set(socket, seconds: listener.configuration.bodySeconds, isUnanswered: true)
        return .YES
    }

    /// Called with a piece of the body.
    func receive(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard refusal == nil else { return }
        guard body.count + bytes.count <= listener.configuration.bodyLimit else {
            refusal = .bodyTooLarge(limit: listener.configuration.bodyLimit)
            body = []
            return
        }
        body.append(contentsOf: bytes)
    }

    /// Called when the body is complete: hands the request over to a task, with the connection suspended meanwhile.
    func begin() -> MHD_Result {
        // A second call means that the library took no response.
        guard !isBegun else { return .NO }
        isBegun = true
        if let refusal { return refuse(refusal) }
        if let turnedAway { return answerAtOnce(turnedAway, closing: listener.inFlight.isStopping) }
        let request = head.with(body: body)
        body = []
        suspend()
        let task = Task { await answer(request) }
        let isCancelled = work.withLock { work in
            work.task = task
            return work.isCancelled
        }
        if isCancelled { task.cancel() }
        return .YES
    }

    private func answer(_ request: Request) async {
        let response = await listener.handler(request)
        // The library reads chunks more kindly than it should: nothing that follows them is taken for a request.
        let isChunked = request.header("transfer-encoding") != nil
        _ = queue(response, closing: isChunked || listener.inFlight.isStopping)
        resume()
        if let stream = response.stream { await send(stream) }
    }

    private func send(_ stream: AsyncStream<[UInt8]>) async {
        var pieces = stream.makeAsyncIterator()
        while await outflow.isWanted() {
            let piece = await pieces.next()
            let isCancelled = Task.isCancelled
            if let piece, !isCancelled { outflow.put(piece) } else { outflow.end(isWhole: !isCancelled) }
            resume()
            guard piece != nil, !isCancelled else { break }
        }
        // A producer that waits to be asked learns here, where the task is cancelled, that nobody listens any more.
        _ = await pieces.next()
    }

    /// Called when the response is sent or the client is gone.
    func end() {
        cancel()
        outflow.abandon()
    }

    /// Takes the connection out of the library's hands: we have nothing to send, so no time runs.
    func suspend() {
        listener.deadlines.clear(socket)
        MHD_suspend_connection(connection)
        let watch = listener.disconnects.watch(socket) { [weak self] in self?.cancel() }
        work.withLock { $0.watch = watch }
    }

    /// Gives the connection back with something to send, for which the client has its time.
    private func resume() {
        if let watch = work.withLock({ $0.watch.take() }) { listener.disconnects.end(watch) }
        listener.deadlines.set(socket, seconds: listener.configuration.replySeconds, isUnanswered: false)
        MHD_resume_connection(connection)
    }

    private func cancel() {
        let task = work.withLock { work in
            work.isCancelled = true
            return work.task
        }
        task?.cancel()
    }

    private func refuse(_ refusal: Refusal) -> MHD_Result {
        answerAtOnce(listener.refusal(refusal, head), closing: true)
    }

    private func answerAtOnce(_ response: Response, closing: Bool) -> MHD_Result {
        listener.deadlines.set(socket, seconds: listener.configuration.replySeconds, isUnanswered: false)
        return queue(response, closing: closing)
    }

    private func queue(_ response: Response, closing: Bool) -> MHD_Result {
        guard let handle = makeHandle(response) else { return .NO }
        defer { MHD_destroy_response(handle) }
        for (name, value) in response.headers { MHD_add_response_header(handle, name, value) }
        MHD_add_response_header(handle, "X-Request-Id", head.id)
        if closing { MHD_add_response_header(handle, "Connection", "close") }
        return MHD_queue_response(connection, UInt32(response.status), handle)
    }
}
