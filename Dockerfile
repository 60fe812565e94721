# One image with operator, mover and command line. Any Docker, BuildKit or buildah builds it:
#   docker build -t lazarette .
# BUILD_BASE needs Node 24 with npm, RUNTIME_BASE Node 24 as `node` on its PATH and CA certificates.
# `--target prebuilt` takes a dist/ made by `npm run build` instead of compiling inside the build.
ARG BUILD_BASE=node:24-bookworm-slim
ARG RUNTIME_BASE=node:24-bookworm-slim

FROM ${BUILD_BASE} AS compiled
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN node scripts/build.ts && mv dist /dist

FROM ${RUNTIME_BASE} AS runtime
# The same as imageEnvironment in src/api/process-memory.ts, which says why; movers get a limit of their own.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    MALLOC_MMAP_THRESHOLD_=131072
USER 65532:65532
WORKDIR /
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/opt/lazarette/lazarette.js"]

FROM runtime AS prebuilt
COPY dist /opt/lazarette

FROM runtime
COPY --from=compiled /dist /opt/lazarette
