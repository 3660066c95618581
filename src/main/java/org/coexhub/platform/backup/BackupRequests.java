package org.coexhub.platform.backup;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSettings;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Looks whether the command {@code backup} asks this hub for a backup of itself, and makes it. One at a time. */
@Component
class BackupRequests {

    private static final Logger LOG = LoggerFactory.getLogger(BackupRequests.class);

    /** Much shorter than the command's patience. */
    private static final Duration TOUCH = Duration.ofSeconds(1);

    /** Whoever asked waits for an answer, also where nothing better is known. */
    private static final String HUB_FAILED = "the hub has failed; see its log";

    private final Path data;
    private final Maker maker;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Makes a backup. */
    @FunctionalInterface
    interface Maker {
        /** @return a sentence for the person who asked */
        String into(Path folder) throws Exception;
    }

    @Autowired
    BackupRequests(
            DataDirectory data,
            Broker broker,
            BrokerSettings settings,
            ObjectProvider<PostgresServer> server,
            InstantSource clock)
            throws IOException {
        this(
                data.path(),
                maker(
                        new Backup(data.path(), settings.maxDiskUsage(), clock),
                        broker,
                        Optional.ofNullable(server.getIfAvailable())));
    }

    BackupRequests(Path data, Maker maker) throws IOException {
        this.data = data;
        this.maker = maker;
        BackupRequest.forgetTaken(data);
        refuse("the hub was starting; ask again");
    }

    private static Maker maker(Backup backup, Broker broker, Optional<PostgresServer> server) {
        return folder -> {
            if (!broker.isEmbedded() || server.isEmpty()) {
                throw new NotDoneException(BackupCommand.NOT_THE_PAIR);
            }
            return backup.ofRunningHub(folder, broker, server.get()).sentence();
        };
    }

    @Scheduled(fixedDelay = 500)
    void look() {
        if (!BackupRequest.isAsked(data)) {
            return;
        }
        try {
            if (busy.compareAndSet(false, true)) {
                begin();
            } else {
                // Whoever asked for the one that is being made was killed.
                refuse("another backup of this hub is being made; wait for it");
            }
        } catch (IOException e) {
            LOG.warn("A request for a backup cannot be read: {}", e.getMessage());
        }
    }

    private void begin() throws IOException {
        Optional<BackupRequest> request = Optional.empty();
        boolean begun = false;
        try {
            request = BackupRequest.take(data);
            if (request.isPresent()) {
                BackupRequest taken = request.get();
                Thread.ofPlatform().daemon().name("backup").start(() -> make(taken));
                begun = true;
            }
        } finally {
            if (!begun) {
                busy.set(false);
                request.ifPresent(taken -> tell(taken, failed(HUB_FAILED)));
            }
        }
    }

    private void refuse(String reason) throws IOException {
        Optional<BackupRequest> refused = BackupRequest.look(data);
        if (refused.isPresent()) {
            refused.get().answer(data, failed(reason));
            refused.get().takeBack(data);
        }
    }

    private void make(BackupRequest request) {
        var done = new CountDownLatch(1);
        BackupRequest.Answer answer = failed(HUB_FAILED);
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("backup-touch")
                    .start(() -> touchUntil(done, request));
            answer = answerTo(request);
        } finally {
            done.countDown();
            tell(request, answer);
            busy.set(false);
        }
    }

    private void tell(BackupRequest request, BackupRequest.Answer answer) {
        try {
            request.answer(data, answer);
        } catch (IOException e) {
            LOG.warn("The end of a backup cannot be told: {}", e.getMessage());
        }
    }

    private void touchUntil(CountDownLatch done, BackupRequest request) {
        try {
            while (!done.await(TOUCH.toMillis(), TimeUnit.MILLISECONDS)) {
                request.touch(data);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private BackupRequest.Answer answerTo(BackupRequest request) {
        LOG.info("A backup into {} begins", request.folder());
        try {
            String done = maker.into(Path.of(request.folder()));
            LOG.info("{}", done);
            return new BackupRequest.Answer(true, done);
        } catch (Exception e) {
            LOG.error("The backup into {} has failed: {}", request.folder(), e.toString());
            return failed(e instanceof NotDoneException ? e.getMessage() : e.toString());
        }
    }

    private static BackupRequest.Answer failed(String reason) {
        return new BackupRequest.Answer(false, reason);
    }
}
