# pinmac with SoftHSM inside, for trials; a real HSM's PKCS#11 module is mounted over it (docs/operators.md).

FROM node:20-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Only the native modules run their install scripts; node-gyp takes the headers that the image brings.
RUN npm ci --ignore-scripts \
 && npm_config_build_from_source=true npm_config_nodedir=/usr/local \
    npm rebuild --ignore-scripts=false --foreground-scripts pkcs11js better-sqlite3
COPY buf.yaml buf.gen.yaml tsconfig.json tsconfig.build.json ./
COPY proto proto
COPY src src
RUN node_modules/.bin/buf generate \
 && node_modules/.bin/tsc -p tsconfig.build.json \
 && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends softhsm2 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/pinmac --shell /usr/sbin/nologin pinmac
WORKDIR /opt/pinmac
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY proto proto
COPY hsm-config hsm-config
COPY scripts/container scripts/container
RUN ln -s /opt/pinmac/dist/cli/main.js /usr/local/bin/pinmac && chmod 755 dist/cli/main.js
USER pinmac
ENV PINMAC_CONFIG=/etc/pinmac/server.yaml
# Token, register and certificates of a trial; for a real HSM the register only.
VOLUME /var/lib/pinmac
EXPOSE 50051
# The certificates of the trial; override the probe's paths where yours are elsewhere.
ENV PINMAC_HEALTH_TLS=/var/lib/pinmac/tls
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD pinmac health --ca "$PINMAC_HEALTH_TLS/ca.crt" --certificate "$PINMAC_HEALTH_TLS/operator.crt" --key "$PINMAC_HEALTH_TLS/operator.key"
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["pinmac", "serve"]
