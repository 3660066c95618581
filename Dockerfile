# syntax=docker/dockerfile:1
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml .
COPY src src
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -q -DskipTests package
RUN java -Djarmode=tools -jar target/coexistence-hub.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 hub \
    && useradd --system --uid 10001 --gid hub --home-dir /hub --no-create-home hub \
    && mkdir -p /hub/data /hub/routes /hub/connectors \
    && chown -R hub:hub /hub
WORKDIR /hub
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/spring-boot-loader/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY routes routes
USER hub
# Half a gigabyte of heap is enough; give more by JAVA_TOOL_OPTIONS.
ENV HUB_ROUTES_DIR=/hub/routes HUB_OPTIONS="-Xmx512m -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED"
# One start with the sandbox, so the JVM remembers how to start: docs/how-to/start-faster.md
RUN timeout --signal=TERM 40 java $HUB_OPTIONS -XX:AOTCacheOutput=hub.aot -Dspring.profiles.active=sandbox \
        -Dhub.data-dir=/tmp/rehearsal -jar coexistence-hub.jar; \
    test -s hub.aot && rm -rf /tmp/rehearsal
ENV HUB_DATA_DIR=/hub/data
# Jars of connectors that route files need are mounted at /hub/connectors: docs/how-to/add-a-destination.md
VOLUME /hub/data
EXPOSE 8080 8081
ENTRYPOINT ["sh", "-c", "exec java $HUB_OPTIONS -XX:AOTCache=hub.aot -cp 'coexistence-hub.jar:/hub/connectors/*' org.coexhub.Hub \"$@\"", "hub"]
