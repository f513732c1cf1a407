# Made from the jar of `./mvnw -DskipTests package`. Built on Linux, the jar holds libtorch for the processor it was
# built on, so build the image on the kind of machine that runs it.
FROM eclipse-temurin:17-jre

# curl asks the health check.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 signalbox \
    && install --directory --owner=signalbox --mode=0700 /data

COPY target/signalbox.jar /opt/signalbox.jar

# By number, so that Kubernetes sees that it is not root.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# libtorch is unpacked once, beside the data, so that a new container need not do it again.
ENV SIGNALBOX_HOME=/data DJL_CACHE_DIR=/data/.djl

# A server whose heap is full ends, and is started again; its trainers train on meanwhile.
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-jar", "/opt/signalbox.jar"]
