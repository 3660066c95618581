package org.coexhub.platform.backup;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks whether the command {@code backup} asks this hub for a backup of itself, and makes it. One at a time. */
@Component
class BackupRequests {

    private static final Logger LOG = LoggerFactory.getLogger(BackupRequests.class);

    private final Path data;
    private final Broker broker;
    private final Optional<PostgresServer> server;
    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();

    BackupRequests(
            DataDirectory data,
            Broker broker,
            ObjectProvider<PostgresServer> server,
            InstantSource clock)
            throws IOException {
        this.data = data.path();
        this.broker = broker;
        this.server = Optional.ofNullable(server.getIfAvailable());
        this.clock = clock;
        BackupRequest.forget(this.data);
    }

    @Scheduled(fixedDelay = 500)
    void look() {
        if (!BackupRequest.isAsked(data) || !busy.compareAndSet(false, true)) {
            return;
        }
        try {
            BackupRequest.take(data)
                    .ifPresentOrElse(
                            request ->
                                    Thread.ofPlatform()
                                            .daemon()
                                            .name("backup")
                                            .start(() -> make(request)),
                            () -> busy.set(false));
        } catch (IOException e) {
            busy.set(false);
            LOG.warn("A request for a backup cannot be read: {}", e.getMessage());
        }
    }

    private void make(BackupRequest request) {
        try {
            BackupRequest.Answer answer = answerTo(request);
            request.answer(data, answer);
        } catch (IOException e) {
            LOG.warn("The end of a backup cannot be told: {}", e.getMessage());
        } finally {
            busy.set(false);
        }
    }

    private BackupRequest.Answer answerTo(BackupRequest request) {
        if (!broker.isEmbedded() || server.isEmpty()) {
            return new BackupRequest.Answer(false, BackupCommand.NOT_THE_PAIR);
        }
        LOG.info("A backup into {} begins", request.folder());
        try {
            String done =
                    new Backup(data, clock)
                            .ofRunningHub(request.folder(), broker, server.get())
                            .sentence();
            LOG.info("{}", done);
            return new BackupRequest.Answer(true, done);
        } catch (Exception e) {
            LOG.error("The backup into {} has failed: {}", request.folder(), e.toString());
            return new BackupRequest.Answer(
                    false, e instanceof BackupException ? e.getMessage() : e.toString());
        }
    }
}
