# Build the jar first: ./mvnw -q package -DskipTests
FROM eclipse-temurin:17-jre
COPY target/starpunk.jar /usr/share/starpunk/starpunk.jar
COPY bin/starpunk bin/starpunk-cds /usr/bin/
# Prepares the classes for a faster start; without it the image works all the same.
RUN starpunk-cds || true
RUN useradd --system --uid 10001 --home-dir /var/lib/starpunk --create-home starpunk && chmod 700 /var/lib/starpunk
USER starpunk
WORKDIR /var/lib/starpunk
VOLUME /var/lib/starpunk
ENV STARPUNK_DATA_DIR=/var/lib/starpunk STARPUNK_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=12s --start-period=20s CMD ["starpunk", "health"]
ENTRYPOINT ["starpunk"]
CMD ["serve"]
