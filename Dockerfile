FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libjansson-dev libjpeg62-turbo-dev libmicrohttpd-dev nettle-dev libopenblas-dev libpng-dev libsqlite3-dev pkgconf \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --product liminal --static-swift-stdlib \
    && install -D .build/release/liminal /out/liminal

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        curl libjansson4 libjpeg62-turbo libmicrohttpd12 libnettle8 libopenblas0-pthread libpng16-16 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /home/liminal liminal
COPY --from=build /out/liminal /usr/local/bin/liminal
COPY weights /usr/share/liminal/weights
COPY LICENSE NOTICE /usr/share/liminal/
# Every address of the container: who can reach it is decided by `docker run -p`.
ENV LIMINAL_HOST=0.0.0.0 LIMINAL_PORT=8080 LIMINAL_WEIGHTS=/usr/share/liminal/weights
USER liminal
WORKDIR /home/liminal
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD curl -fsS http://127.0.0.1:8080/readyz
STOPSIGNAL SIGTERM
ENTRYPOINT ["liminal"]
# Without keys everyone who can reach the published port is let in: publish it on 127.0.0.1, or ask for keys by
# `docker run … liminal serve --api-key-file FILE`, which replaces this command.
CMD ["serve", "--open"]
