package org.coexhub.state.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.state.media.store.FileMediaStore;
import org.coexhub.state.media.store.MediaStore;
import org.coexhub.state.media.store.SwitchedDisk;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.MetaBodies;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.sql.DataSource;

/** What becomes of files, from the webhook that shows them to the media store, and the other way; on every database. */
abstract class MediaContract {

    private static final PhoneNumberId NUMBER = new PhoneNumberId(MetaBodies.NUMBER);
    private static final Duration RETENTION = Duration.ofDays(30);
    private static final Duration LONGER_THAN_A_TRY = Duration.ofMinutes(6);
    private static final int DAILY_FILES = 4;

    /** Three of the file there is, and a bit. */
    private static final long DAILY_BYTES = 3L * FakeMedia.FILE.length + 100;

    @TempDir private Path folder;

    private final TestClock clock = new TestClock();
    private final FakeMedia meta = new FakeMedia();
    private final SwitchedDisk disk = new SwitchedDisk();
    private final DiskLimit limit = new DiskLimit(disk, 80);
    private DataSource database;
    private MediaSettings settings;
    private MediaRowStore mediaRows;
    private MediaStore store;
    private MediaGraph graph;
    private MediaFetcher worker;
    private OutgoingMedia outgoing;

    abstract DataSource freshDatabase();

    MediaStore freshStore(Path place) {
        return new FileMediaStore(place);
    }

    @BeforeEach
    void open() {
        database = freshDatabase();
        settings = settings(2);
        mediaRows = new MediaRowStore(database, clock);
        store = freshStore(folder);
        graph =
                new MediaGraph(
                        new GraphSettings("secret", meta.url(), "v24.0", Duration.ofSeconds(20)),
                        settings);
        worker = worker();
        outgoing = new OutgoingMedia(database, mediaRows, store, graph, limit, workshop(), clock);
    }

    private static MediaSettings settings(int parallel) {
        return new MediaSettings(
                true,
                DataSize.ofKilobytes(64),
                List.of("lookaside.fbsbx.com"),
                parallel,
                80,
                DAILY_FILES,
                DataSize.ofBytes(DAILY_BYTES),
                Duration.ofSeconds(20));
    }

    private MediaFetcher worker() {
        return new MediaFetcher(
                mediaRows,
                store,
                graph,
                new DiskLimit(disk, 80),
                quota(),
                settings,
                RETENTION,
                workshop(),
                clock);
    }

    private Path workshop() {
        return folder.resolve("unfinished");
    }

    @AfterEach
    void close() {
        worker.close();
        graph.close();
        meta.close();
    }

    @Test
    void theFileOfAMessageIsFetchedCheckedAndKept() throws IOException {
        route(MetaBodies.messages(image("4915100000", "1", FakeMedia.BASE64)));

        worker.work();

        MediaRow row = settled("1");
        assertThat(row.state()).isEqualTo(MediaRow.State.STORED);
        assertThat(row.bytes()).isEqualTo(FakeMedia.FILE.length);
        assertThat(kept(row)).isEqualTo(FakeMedia.FILE);
        assertThat(meta.requests)
                .containsExactly(
                        "GET /v24.0/1?phone_number_id=" + MetaBodies.NUMBER, "GET /file/1");
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void theFileOfAnEchoIsFetchedToo() {
        route(MetaBodies.echoes(echoedImage("4915100000", "1", FakeMedia.HEX)));

        worker.work();

        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
    }

    @Test
    void theFileOfAnImportedMessageIsFetchedAlsoWhenItsPlaceholderCameFirst() {
        route(MetaBodies.history("4915100000", MetaBodies.placeholder("4915100000", "wamid.1", 1)));
        byte[] file =
                MetaBodies.one(
                        "history",
                        MetaBodies.list("messages", image("4915100000", "1", FakeMedia.HEX)));
        route(file);
        route(file);

        worker.work();

        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
        assertThat(meta.requests).hasSize(2);
    }

    @Test
    void aFileThatSeveralMessagesShowIsFetchedOnce() {
        byte[] body = MetaBodies.messages(image("4915100000", "1", FakeMedia.HEX));
        route(body);
        route(body);
        worker.work();
        settled("1");

        worker.work();

        assertThat(mediaRows.take(Duration.ofMinutes(1))).isEmpty();
        assertThat(meta.requests).hasSize(2);
    }

    @Test
    void ofManyNodesOneTakesAFile() throws Exception {
        IntStream.range(0, 20).forEach(i -> note("m" + i, FakeMedia.HEX));
        try (var nodes = Executors.newFixedThreadPool(6)) {
            Callable<List<String>> node =
                    () ->
                            Stream.generate(() -> mediaRows.take(Duration.ofMinutes(1)))
                                    .takeWhile(Optional::isPresent)
                                    .map(taken -> taken.get().id())
                                    .toList();
            List<String> taken = new java.util.ArrayList<>();
            for (var ids : nodes.invokeAll(java.util.Collections.nCopies(6, node))) {
                taken.addAll(ids.get());
            }

            assertThat(taken).doesNotHaveDuplicates().hasSize(20);
        }
    }

    @Test
    void nothingIsFetchedWhileTheDiskIsNearlyFull() {
        disk.percentUsed(81);
        note("1", FakeMedia.HEX);
        worker.work();
        disk.percentUsed(79);
        worker.work();
        assertThat(meta.requests).isEmpty();
        MediaRow row = mediaRows.find("1").orElseThrow();
        assertThat(row.state()).isEqualTo(MediaRow.State.WAITING);
        assertThat(row.tries()).isZero();

        disk.percentUsed(77);
        worker.work();

        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
        assertThat(settled("1").tries()).isEqualTo(1);
    }

    @Test
    void filesUnderWayAreCountedWithTheSizeGraphNamed() throws Exception {
        var served = new CountDownLatch(1);
        meta.served =
                exchange -> {
                    awaitUninterruptibly(served);
                    FakeMedia.bytes(exchange, 200, FakeMedia.FILE);
                };
        disk.roomBelow(80, FakeMedia.FILE.length * 3L / 2);
        note("1", FakeMedia.HEX);
        note("2", FakeMedia.HEX);
        worker.work();
        await().until(() -> meta.requests.size() == 3);
        await().until(() -> Stream.of("1", "2").mapToInt(this::tries).sum() == 1);

        served.countDown();
        await().until(() -> Stream.of("1", "2").filter(this::isStored).count() == 1);
        worker.work();
        assertThat(mediaRows.take(Duration.ofMinutes(1))).isPresent();
        assertThat(meta.requests).hasSize(3);
    }

    @Test
    void aCustomersFilesPastTheDaysCountComeTheNextDayInTheirOrder() {
        settings = settings(1);
        worker = worker();
        meta.described = meta.describing(meta.url() + "/file/1", 1);
        List<String> ids = IntStream.range(0, 10).mapToObj(i -> "m" + (9 - i)).toList();
        for (String id : ids) {
            route(MetaBodies.messages(image("4915100000", id, FakeMedia.HEX)));
            clock.advance(Duration.ofSeconds(1));
        }
        route(MetaBodies.messages(image("4915100001", "of another", FakeMedia.HEX)));

        workOff();
        assertThat(settled("of another").state()).isEqualTo(MediaRow.State.STORED);
        assertThat(ids.stream().filter(this::isStored)).isEqualTo(ids.subList(0, 4));
        assertThat(mediaRows.find("m0").orElseThrow().isPutOff()).isTrue();
        assertThat(mediaRows.find("m0").orElseThrow().tries()).isZero();

        clock.advance(Duration.ofHours(12));
        route(MetaBodies.messages(image("4915100000", "of today", FakeMedia.HEX)));
        workOff();
        assertThat(ids.stream().filter(this::isStored)).isEqualTo(ids.subList(0, 8));
        assertThat(mediaRows.find("of today").orElseThrow().isPutOff()).isTrue();

        clock.advance(Duration.ofDays(1));
        workOff();
        assertThat(ids).allMatch(this::isStored);
        assertThat(settled("of today").state()).isEqualTo(MediaRow.State.STORED);
    }

    @Test
    void aFileIsPutOffForItsSizeAndNoneOvertakesIt() {
        for (String id : List.of("1", "2", "3", "large")) {
            route(MetaBodies.messages(image("4915100000", id, FakeMedia.HEX)));
            workOff();
        }
        meta.described = meta.describing(meta.url() + "/file/1", 1);
        route(MetaBodies.messages(image("4915100000", "small", FakeMedia.HEX)));
        workOff();

        assertThat(List.of("1", "2", "3")).allMatch(this::isStored);
        assertThat(mediaRows.find("large").orElseThrow().isPutOff()).isTrue();
        assertThat(mediaRows.find("small").orElseThrow().isPutOff()).isTrue();
        clock.advance(Duration.ofDays(1));
        workOff();
        assertThat(List.of("large", "small")).allMatch(this::isStored);
    }

    @Test
    void ofAFileThatIsTriedAgainTheDayCountsOne() {
        meta.served = FakeGraph.answer(500, "");
        route(MetaBodies.messages(image("4915100000", "1", FakeMedia.HEX)));
        await().until(
                        () -> {
                            worker.work();
                            clock.advance(Duration.ofMinutes(11));
                            return tries("1");
                        },
                        tries -> tries > DAILY_FILES);
        meta.served = exchange -> FakeMedia.bytes(exchange, 200, FakeMedia.FILE);
        route(MetaBodies.messages(image("4915100000", "2", FakeMedia.HEX)));

        // The try that is under way may still put the first off, by an hour at most.
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            worker.work();
                            clock.advance(Duration.ofMinutes(1));
                            return isStored("1") && isStored("2");
                        });
    }

    @Test
    void whatPeopleSentAndWhatIsImportedIsNotCounted() {
        for (int i = 0; i <= DAILY_FILES; i++) {
            route(MetaBodies.echoes(echoedImage("4915100000", "echo" + i, FakeMedia.HEX)));
            route(MetaBodies.history("4915100000", image("4915100000", "old" + i, FakeMedia.HEX)));
        }

        workOff();

        for (int i = 0; i <= DAILY_FILES; i++) {
            assertThat(List.of("echo" + i, "old" + i)).allMatch(this::isStored);
        }
    }

    @Test
    void ofManyNodesAtTheDaysLimitOnlySoManyPass() throws Exception {
        List<MediaRow> rows =
                IntStream.range(0, 20)
                        .mapToObj(
                                i -> {
                                    route(
                                            MetaBodies.messages(
                                                    image("4915100000", "m" + i, FakeMedia.HEX)));
                                    return mediaRows.find("m" + i).orElseThrow();
                                })
                        .toList();
        try (var nodes = Executors.newFixedThreadPool(6)) {
            var quotas = List.of(quota(), quota());
            List<Callable<Boolean>> asked =
                    IntStream.range(0, 20)
                            .<Callable<Boolean>>mapToObj(
                                    i -> () -> quotas.get(i % 2).admits(rows.get(i), 1))
                            .toList();
            long passed = 0;
            for (var answer : nodes.invokeAll(asked)) {
                passed += answer.get() ? 1 : 0;
            }

            assertThat(passed).isEqualTo(DAILY_FILES);
        }
    }

    @Test
    void whatADeadNodeHadTakenIsTakenAgainWhenItsLeaseIsOver() {
        note("1", FakeMedia.HEX);
        mediaRows.take(Duration.ofMinutes(10));

        worker.work();
        assertThat(meta.requests).isEmpty();

        clock.advance(Duration.ofMinutes(10));
        HeldRows.age(JdbcClient.create(database), "media", Duration.ofMinutes(10));
        worker.work();
        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
    }

    @Test
    void anAddressThatHasRunOutIsAskedForAfresh() {
        meta.served =
                exchange -> {
                    meta.served = again -> FakeMedia.bytes(again, 200, FakeMedia.FILE);
                    FakeMedia.bytes(exchange, 404, new byte[0]);
                };
        note("1", FakeMedia.HEX);

        worker.work();

        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
        assertThat(meta.requests).hasSize(4);
    }

    @Test
    void aFileWithAnotherHashIsNeverKept() {
        note("1", Sha256.hex(new byte[32]));

        MediaRow row = settledInTime("1", Duration.ofMinutes(1));

        assertThat(row.reason()).isEqualTo("hash_mismatch");
        assertThat(row.tries()).isGreaterThanOrEqualTo(3);
        assertThatThrownBy(() -> kept(mediaRows.find("1").orElseThrow()))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    @Test
    void theTokenGoesToNoForeignHost() {
        try (var elsewhere = new FakeMedia()) {
            for (String url :
                    List.of(
                            elsewhere.url() + "/file/1",
                            "http://169.254.169.254/latest/meta-data",
                            "https://lookaside.fbsbx.com.example.org/x",
                            "https://user@lookaside.fbsbx.com/x",
                            "file:///etc/passwd",
                            "not an address")) {
                String id = "to " + url;
                meta.described = meta.describing(url, 1);
                note(id, FakeMedia.HEX);
                worker.work();

                assertThat(settled(id).reason()).as(url).isEqualTo("host_not_allowed");
            }
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void metasHostsAreAllowedByHttpsOnly() {
        var hosts = new MediaHosts(settings.hosts(), meta.url());

        assertThat(hosts.allow(java.net.URI.create("https://lookaside.fbsbx.com/a?b=c"))).isTrue();
        assertThat(hosts.allow(java.net.URI.create("https://EU.lookaside.fbsbx.com/a"))).isTrue();
        assertThat(hosts.allow(java.net.URI.create("http://lookaside.fbsbx.com/a"))).isFalse();
        assertThat(hosts.allow(java.net.URI.create("https://lookaside.fbsbx.com:8443/"))).isFalse();
        assertThat(hosts.allow(java.net.URI.create("https://evillookaside.fbsbx.com/"))).isFalse();
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (var elsewhere = new FakeMedia()) {
            meta.served = FakeGraph.answer(302, "", "Location", elsewhere.url() + "/file/1");
            note("1", FakeMedia.HEX);

            worker.work();

            waits("1", 2, "http_302");
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    void aFileThatIsTooLargeIsNotFetchedAndOneThatTurnsOutSoIsBrokenOff() {
        meta.described = meta.describing(meta.url() + "/file/1", 64 * 1024 + 1);
        note("declared", FakeMedia.HEX);
        worker.work();
        assertThat(settled("declared").reason()).isEqualTo("too_large");
        assertThat(meta.requests).hasSize(1);

        meta.described = meta.describing(meta.url() + "/file/1", 10);
        meta.served = exchange -> FakeMedia.bytes(exchange, 200, new byte[1024 * 1024]);
        note("lying", FakeMedia.HEX);
        worker.work();
        assertThat(settled("lying").reason()).isEqualTo("too_large");
        assertThat(unfinished()).isEmpty();
    }

    /** A proxy's page, mostly; Meta has the file for a week. */
    @Test
    void anAnswerThatIsNotMetasCostsNoFile() {
        for (String odd : List.of("", "<html>log in first</html>", "[]", "{}", "{\"url\":\"\"}")) {
            String id = "described as " + odd;
            meta.described = FakeGraph.answer(200, odd);
            note(id, FakeMedia.HEX);
            worker.work();
            waits(id, 2, "unreadable_answer");
        }
        meta.described = exchange -> FakeMedia.bytes(exchange, 200, new byte[2 * 1024 * 1024]);
        note("described at length", FakeMedia.HEX);
        worker.work();
        waits("described at length", 2, "unreadable_answer");

        meta.described = meta.describing(meta.url() + "/file/1", FakeMedia.FILE.length);
        meta.served = exchange -> FakeMedia.bytes(exchange, 502, new byte[2 * 1024 * 1024]);
        note("refused at length", FakeMedia.HEX);
        worker.work();
        waits("refused at length", 2, "unreadable_answer");
    }

    @Test
    void whatMetaNoLongerHasIsLost() {
        meta.described = FakeGraph.error(400, 100);
        note("1", FakeMedia.HEX);

        worker.work();

        assertThat(settled("1").reason()).isEqualTo("gone_at_meta");
    }

    @Test
    void troubleThatPassesIsWaitedForUntilMetaForgets() {
        meta.described = FakeGraph.error(401, 190);
        note("1", FakeMedia.HEX);
        worker.work();
        waits("1", 2, "meta_190");

        MediaRow row = settledInTime("1", Duration.ofDays(7).plusSeconds(1));
        assertThat(row.state()).isEqualTo(MediaRow.State.LOST);
        assertThat(row.reason()).isEqualTo("meta_190");
    }

    /** It came again with every lease, was fetched each time, and was never lost. */
    @Test
    void whatTheHubItselfFailsAtIsTriedEverMoreSeldomAndLostInTheEnd() {
        MediaStore broken =
                (MediaStore)
                        Proxy.newProxyInstance(
                                MediaStore.class.getClassLoader(),
                                new Class<?>[] {MediaStore.class},
                                (proxy, method, arguments) -> {
                                    throw new IllegalStateException("nobody foresaw this");
                                });
        worker.close();
        worker =
                new MediaFetcher(
                        mediaRows,
                        broken,
                        graph,
                        new DiskLimit(disk, 80),
                        quota(),
                        settings,
                        RETENTION,
                        workshop(),
                        clock);
        note("1", FakeMedia.HEX);
        worker.work();
        waits("1", 2, "internal_error");

        MediaRow row = settledInTime("1", Duration.ofDays(7).plusSeconds(1));
        assertThat(row.state()).isEqualTo(MediaRow.State.LOST);
        assertThat(row.reason()).isEqualTo("internal_error");
    }

    @Test
    void aTypeOfWhichMetaSaysMoreThanThereIsRoomIsLeftOut() {
        meta.described =
                FakeGraph.answer(
                        200,
                        """
                        {"id":"1","mime_type":"image/%s","file_size":%d,"url":"%s/file/1"}\
                        """
                                .formatted("x".repeat(300), FakeMedia.FILE.length, meta.url()));
        mediaRows.note(
                List.of(
                        new MediaRowStore.Note(
                                "1", NUMBER, "c", "wamid.1", null, null, FakeMedia.HEX, false)));

        worker.work();

        assertThat(settled("1").state()).isEqualTo(MediaRow.State.STORED);
        assertThat(settled("1").mimeType()).isNull();
    }

    @Test
    void afterItsRetentionAFileIsDeleted() throws IOException {
        note("1", FakeMedia.HEX);
        worker.work();
        MediaRow row = settled("1");

        worker.tidy();
        assertThat(kept(row)).hasSize(FakeMedia.FILE.length);

        clock.advance(RETENTION.plusSeconds(1));
        worker.tidy();
        assertThat(mediaRows.find("1").orElseThrow().state()).isEqualTo(MediaRow.State.EXPIRED);
        assertThatThrownBy(() -> kept(row)).isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    @Test
    void filesThatCannotBeDeletedHoldUpNoOthers() {
        var locked = new java.util.HashSet<String>();
        for (int i = 0; i < 250; i++) {
            note("locked-" + i, FakeMedia.HEX);
            locked.add(mediaRows.find("locked-" + i).orElseThrow().key());
        }
        note("free", FakeMedia.HEX);
        JdbcClient.create(database)
                .sql(
                        "UPDATE media SET state = 'stored', stored_at = :at + CASE WHEN id = 'free'"
                                + " THEN INTERVAL '1 second' ELSE INTERVAL '0 seconds' END")
                .param("at", SqlTimes.millis(clock.instant()))
                .update();
        store = refusingToDelete(locked);
        worker.close();
        worker = worker();
        clock.advance(RETENTION.plusSeconds(2));

        for (int minute = 0; minute < 3; minute++) {
            worker.tidy();
        }
        assertThat(mediaRows.find("free").orElseThrow().state()).isEqualTo(MediaRow.State.EXPIRED);
        assertThat(isStored("locked-7")).isTrue();

        locked.clear();
        for (int minute = 0; minute < 4; minute++) {
            worker.tidy();
        }
        assertThat(mediaRows.storedBefore(clock.instant(), 0)).isEmpty();
    }

    @Test
    void bytesAreUploadedOnceAsLongAsMetaKeepsThem() throws Exception {
        OutgoingMedia.Handle first = upload("image/png; charset=x");
        meta.taken = FakeGraph.answer(200, "{\"id\":\"uploaded-2\"}");

        assertThat(first.id()).isEqualTo("uploaded-1");
        assertThat(first.reused()).isFalse();
        assertThat(upload("image/png"))
                .isEqualTo(new OutgoingMedia.Handle("uploaded-1", first.expiresAt(), true));
        assertThat(meta.uploads).hasSize(1);
        assertThat(meta.uploads.getFirst())
                .startsWith("multipart/form-data; boundary=")
                .contains("name=\"messaging_product\"\r\n\r\nwhatsapp\r\n")
                .contains("name=\"type\"\r\n\r\nimage/png\r\n")
                .contains(
                        "name=\"file\"; filename=\"a_b.png\"\r\n"
                                + "Content-Type: image/png\r\n\r\n"
                                + "a p");

        clock.advance(Duration.ofDays(29));
        assertThat(upload("image/png").id()).isEqualTo("uploaded-2");
        assertThat(upload("image/png").reused()).isTrue();
    }

    @Test
    void aFileThatCameCanBeSentOn() throws Exception {
        note("1", FakeMedia.HEX);
        worker.work();
        settled("1");

        assertThat(outgoing.forward(NUMBER, "1").id()).isEqualTo("uploaded-1");
        assertThat(meta.uploads.getFirst()).contains(new String(FakeMedia.FILE));
        assertThatThrownBy(() -> outgoing.forward(NUMBER, "2"))
                .isInstanceOfSatisfying(
                        MediaRefusedException.class,
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(MediaRefusedException.Kind.ABSENT));
    }

    @Test
    void whatWhatsAppDoesNotTakeIsRefusedBeforeItLeaves() {
        refused("application/zip", new byte[1], MediaRefusedException.Kind.TYPE);
        refused("image/png", new byte[5 * 1024 * 1024 + 1], MediaRefusedException.Kind.SIZE);
        refused("image/png", new byte[0], MediaRefusedException.Kind.SIZE);
        assertThat(meta.uploads).isEmpty();
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void nothingIsTakenInToUploadThatTheDiskHasNoRoomFor() throws Exception {
        note("1", FakeMedia.HEX);
        worker.work();
        settled("1");
        disk.roomBelow(80, FakeMedia.FILE.length - 1);

        refused("image/png", FakeMedia.FILE, MediaRefusedException.Kind.NO_ROOM);
        assertThatThrownBy(() -> outgoing.forward(NUMBER, "1"))
                .isInstanceOfSatisfying(
                        MediaRefusedException.class,
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(MediaRefusedException.Kind.NO_ROOM));
        assertThat(limit.isPaused()).as("smaller files are still fetched").isFalse();

        assertThat(meta.uploads).isEmpty();
        assertThat(unfinished()).isEmpty();

        disk.roomBelow(80, FakeMedia.FILE.length);
        assertThat(upload("image/png").id()).isEqualTo("uploaded-1");
    }

    @Test
    void whatMetaRefusesIsSaidInItsWords() {
        meta.taken = FakeGraph.error(400, 131053);

        assertThatThrownBy(() -> upload("image/png"))
                .isInstanceOf(MediaRefusedException.class)
                .hasMessage("Meta answered HTTP 400, code 131053: because");
    }

    private void refused(String type, byte[] bytes, MediaRefusedException.Kind kind) {
        assertThatThrownBy(
                        () ->
                                outgoing.upload(
                                        NUMBER, new ByteArrayInputStream(bytes), "file", type))
                .isInstanceOfSatisfying(
                        MediaRefusedException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind));
    }

    private MediaStore refusingToDelete(java.util.Set<String> keys) {
        MediaStore real = store;
        return (MediaStore)
                Proxy.newProxyInstance(
                        MediaStore.class.getClassLoader(),
                        new Class<?>[] {MediaStore.class},
                        (self, method, given) -> {
                            if (method.getName().equals("delete") && keys.contains(given[0])) {
                                throw new java.nio.file.AccessDeniedException("of the test");
                            }
                            return method.invoke(real, given);
                        });
    }

    private OutgoingMedia.Handle upload(String type) throws Exception {
        return outgoing.upload(NUMBER, new ByteArrayInputStream(FakeMedia.FILE), "a\"b.png", type);
    }

    private void route(byte[] body) {
        new TestRouter(database, clock)
                .handle(
                        List.of(Message.of(body)),
                        batch -> {},
                        new MediaNotes(mediaRows, settings)::note);
    }

    final void note(String id, String sha256) {
        mediaRows.note(
                List.of(
                        new MediaRowStore.Note(
                                id, NUMBER, "c", "wamid." + id, "image/png", null, sha256, false)));
    }

    private MediaQuota quota() {
        return new MediaQuota(database, settings, clock);
    }

    /** Until nothing is due and no worker is at anything; what is put off stays. */
    private void workOff() {
        var jdbc = JdbcClient.create(database);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            worker.work();
                            return jdbc.sql(
                                            "SELECT COUNT(*) FROM media WHERE state = 'waiting'"
                                                    + " AND due_at < :soon")
                                    .param(
                                            "soon",
                                            SqlTimes.millis(
                                                    clock.instant().plus(LONGER_THAN_A_TRY)))
                                    .query(Integer.class)
                                    .single();
                        },
                        left -> left == 0);
    }

    private boolean isStored(String id) {
        return mediaRows.find(id).orElseThrow().state() == MediaRow.State.STORED;
    }

    private int tries(String id) {
        return mediaRows.find(id).orElseThrow().tries();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private MediaRow settled(String id) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> mediaRows.find(id).orElseThrow(),
                        row -> row.state() != MediaRow.State.WAITING);
    }

    /** Lets time pass until it is settled. */
    final MediaRow settledInTime(String id, Duration step) {
        worker.work();
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            clock.advance(step);
                            worker.work();
                            return mediaRows.find(id).orElseThrow();
                        },
                        row -> row.state() != MediaRow.State.WAITING);
    }

    private void waits(String id, int tries, String reason) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            MediaRow row = mediaRows.find(id).orElseThrow();
                            assertThat(row.state()).isEqualTo(MediaRow.State.WAITING);
                            assertThat(row.tries()).isEqualTo(tries);
                            assertThat(row.reason()).isEqualTo(reason);
                        });
    }

    final byte[] kept(MediaRow row) throws IOException {
        try (InputStream in = store.open(row.key())) {
            return in.readAllBytes();
        }
    }

    private List<Path> unfinished() {
        if (!Files.exists(workshop())) {
            return List.of();
        }
        return await().atMost(Duration.ofSeconds(40))
                .until(() -> filesIn(workshop()), List::isEmpty);
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private String image(String customer, String id, String sha256) {
        return """
        {"from":"%s","id":"wamid.%s","timestamp":"%d","type":"image","image":{"id":"%s",\
        "mime_type":"image/png","sha256":"%s"}}\
        """
                .formatted(customer, id, clock.instant().getEpochSecond(), id, sha256);
    }

    private String echoedImage(String customer, String id, String sha256) {
        return image(MetaBodies.NUMBER, id, sha256)
                .replaceFirst("\\{", "{\"to\":\"" + customer + "\",");
    }
}
