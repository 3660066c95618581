package org.coexhub.outbound.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.coexhub.outbound.bulk.BulkBench.greetings;
import static org.coexhub.outbound.bulk.BulkBench.order;
import static org.coexhub.outbound.bulk.BulkBench.to;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.Violation;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Stream;

import javax.sql.DataSource;

/** How a request to many becomes commands; the same on every database. */
abstract class BulkContract {

    private DataSource database;
    private BulkBench bench;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        database = freshDatabase();
        bench = new BulkBench(database, new TestClock());
    }

    @Test
    void everyRowBecomesOneCommandWithItsOwnWords() {
        BulkId id = bench.intake.acceptJson(greetings(2), "k");
        bench.release.release();

        StoredCommand second = command(id, 2);
        assertThat(second.command().recipient().digits()).isEqualTo(to(2));
        assertThat(second.command().message().at("/text/body").asText()).isEqualTo("Hello No 2");
        assertThat(second.command().options().source()).isEqualTo(CommandOptions.Source.CAMPAIGN);
        assertThat(bench.queue).hasSize(2);
    }

    @Test
    void onlyAFewAreCommandsAtATime() {
        BulkId id = bench.intake.acceptJson(greetings(5), "k");
        bench.release.release();
        bench.release.release();
        assertThat(bench.queue).hasSize(BulkBench.IN_FLIGHT);

        bench.send();
        bench.release.release();
        assertThat(bench.queue).hasSize(5 - BulkBench.IN_FLIGHT);
        assertThat(progress(id).state()).isEqualTo("running");

        bench.send();
        bench.release.release();
        assertThat(progress(id).state()).isEqualTo("done");
        assertThat(progress(id).states()).isEqualTo(Map.of("sent", 5L));
    }

    @Test
    void bulksOfOneNumberShareTheRoom() {
        BulkId one = bench.intake.acceptJson(greetings(2), "one");
        BulkId two = bench.intake.acceptJson(greetings(5), "two");
        bench.release.release();

        assertThat(Stream.of(one, two).flatMap(id -> bench.states(id).stream()))
                .filteredOn("queued"::equals)
                .hasSize(BulkBench.IN_FLIGHT);
    }

    @Test
    void aRowTheHubFailsAtSpoilsNoneBesideIt() {
        JdbcClient.create(database)
                .sql("ALTER TABLE command ADD CHECK (recipient <> '%s')".formatted(to(2)))
                .update();
        BulkId id = bench.intake.acceptJson(greetings(3), "k");
        bench.release.release();

        assertThat(bench.states(id)).containsExactly("queued", "refused", "queued");
        assertThat(bench.row(id, 2).fault()).startsWith("internal_error");
        assertThat(bench.queue).hasSize(2);
    }

    @Test
    void aCommandThatWaitsForItsRecipientKeepsNobodyElseUp() {
        BulkId id = bench.intake.acceptJson(greetings(4), "k");
        bench.release.release();
        bench.commands.park(command(id, 1).id(), StoredCommand.Wait.EARLIER, bench.clock.instant());
        bench.release.release();

        assertThat(bench.row(id, 4).commandId()).isNotNull();
    }

    @Test
    void faultsAreToldByRowAndTheOthersGoOn() {
        BulkId id =
                bench.intake.acceptJson(
                        order(
                                """
                                {'to':'491510000001','variables':{'name':'Ana'}},\
                                {'to':'491510000002'},\
                                {'variables':{'name':'Bo'}},\
                                {'to':'491510000004','variables':{'name':'Cy'},'nickname':'C'}\
                                """,
                                ""),
                        "k");
        bench.release.release();

        assertThat(bench.states(id)).containsExactly("queued", "refused", "refused", "refused");
        assertThat(bench.row(id, 2).fault()).contains("/variables/name");
        assertThat(bench.row(id, 3).fault()).contains("/to");
        assertThat(bench.row(id, 4).fault()).contains("/nickname");
    }

    @Test
    void strictTakesAllOrNothing() {
        byte[] order =
                order(
                        "{'to':'491510000001','variables':{'name':'Ana'}},{'to':'x'}",
                        ",'strict':true");

        assertThatExceptionOfType(CommandRefusedException.class)
                .isThrownBy(() -> bench.intake.acceptJson(order, "k"))
                .satisfies(
                        refused ->
                                assertThat(refused.faults())
                                        .extracting(Violation::pointer)
                                        .containsExactly("/recipients/1"));
        bench.release.release();
        assertThat(bench.queue).isEmpty();
    }

    @Test
    void theSameKeyIsTheSameBulkAndAnotherOneAConflict() {
        BulkId first = bench.intake.acceptJson(greetings(2), "k");

        assertThat(bench.intake.acceptJson(greetings(2), "k")).isEqualTo(first);
        assertThatExceptionOfType(CommandRefusedException.class)
                .isThrownBy(() -> bench.intake.acceptJson(greetings(3), "k"))
                .satisfies(
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(CommandRefusedException.Kind.CONFLICT));
    }

    @Test
    void linesAreReadOneByOneAndAFaultyOneHarmsNoOther() {
        String lines =
                """
                {"message":{"from":"106","type":"text","text":{"body":"Hi {{name}}"}}}
                {"to":"491510000001","variables":{"name":"Zoë \\"Z\\""}}
                {"to":"4915
                {"to":"491510000003","variables":{"name":3}}
                {"to":"491510000004","variables":{"name":LONG}}
                """
                        .replace("LONG", "1".repeat(999) + "e9");
        BulkId id = bench.intake.acceptLines(lines.getBytes(StandardCharsets.UTF_8), "k");
        bench.release.release();

        assertThat(bench.states(id)).containsExactly("queued", "refused", "queued", "refused");
        assertThat(bench.row(id, 2).fault()).contains("not readable as JSON");
        assertThat(bench.row(id, 4).fault()).contains("more than 500 digits");
        assertThat(command(id, 1).command().message().at("/text/body").asText())
                .isEqualTo("Hi Zoë \"Z\"");
        assertThat(command(id, 3).command().message().at("/text/body").asText()).isEqualTo("Hi 3");
    }

    @Test
    void theWholeBulkBeginsAtItsTime() {
        byte[] later =
                TestCommands.json(
                        """
                        {'message':{'from':'106','type':'text','text':{'body':'x'},\
                        'hub':{'source':'crm','sendAt':'2026-11-22T13:00:00Z'}},'recipients':[{'to':'491510000001'}]}\
                        """);
        BulkId id = bench.intake.acceptJson(later, "k");
        bench.release.release();
        assertThat(bench.states(id)).containsExactly("waiting");

        bench.clock.advance(Duration.ofHours(1));
        bench.release.release();
        assertThat(bench.states(id)).containsExactly("queued");
        assertThat(command(id, 1).command().options().source())
                .isEqualTo(CommandOptions.Source.CRM);
    }

    @Test
    void aCancelledBulkSendsNothingMore() {
        BulkId id = bench.intake.acceptJson(greetings(5), "k");
        bench.release.release();

        var late = bench.queue.removeFirst();
        bench.commands.transition(
                late.id(), CommandState.QUEUED, CommandState.SENDING, TransitionDetails.NONE);

        assertThat(bench.release.cancel(id)).isTrue();
        bench.commands.recordSent(late.id(), null, null, null);
        bench.queue.clear();
        bench.release.release();

        assertThat(bench.queue).isEmpty();
        assertThat(progress(id).states()).isEqualTo(Map.of("sent", 1L, "cancelled", 4L));
        assertThat(progress(id).state()).isEqualTo("cancelled");
        assertThat(progress(id).closedAt()).isNotNull();
        assertThat(bench.release.cancel(id)).isFalse();
    }

    @Test
    void bulksThatHadBegunUntilThenAreCancelledTogether() {
        BulkId begun = bench.intake.acceptJson(greetings(2), "begun");
        Instant until = bench.clock.instant();
        bench.clock.advance(Duration.ofSeconds(1));
        BulkId newer = bench.intake.acceptJson(greetings(2), "newer");

        bench.release.cancelBegun(until);

        assertThat(progress(begun).state()).isEqualTo("cancelled");
        assertThat(progress(newer).state()).isNotEqualTo("cancelled");
    }

    @Test
    void aBulkInWhichNoRowIsGoodIsRefused() {
        assertThatExceptionOfType(CommandRefusedException.class)
                .isThrownBy(() -> bench.intake.acceptJson(order("{},{}", ""), "k"))
                .satisfies(refused -> assertThat(refused.faults()).hasSize(2));
    }

    @Test
    void faultsOutsideTheRowsAreToldAllAtOnce() {
        byte[] order =
                TestCommands.json(
                        """
                        {'message':{'from':'number','to':'4915100001','type':'text','text':{'body':'x'},\
                        'hub':{'sendAt':'soon'}},'recipients':[],'stric':true}\
                        """);

        assertThatExceptionOfType(CommandRefusedException.class)
                .isThrownBy(() -> bench.intake.acceptJson(order, "k"))
                .satisfies(
                        refused ->
                                assertThat(refused.faults())
                                        .extracting(Violation::pointer)
                                        .containsExactlyInAnyOrder(
                                                "/stric",
                                                "/message/from",
                                                "/message/to",
                                                "/message/hub/sendAt",
                                                "/recipients"));
    }

    @Test
    void aReportIsReadPageByPage() {
        BulkId id = bench.intake.acceptJson(greetings(2500), "k");

        assertThat(bench.report.rows(id, 0, 1000)).hasSize(1000);
        assertThat(bench.report.rows(id, 2000, 1000))
                .hasSize(500)
                .extracting(BulkReport.Row::to)
                .last()
                .isEqualTo(to(2500));
        assertThat(bench.report.progress(new BulkId("x"))).isEmpty();
    }

    @Test
    void whatFailsIsNotInTheWay() {
        BulkId id = bench.intake.acceptJson(greetings(3), "k");
        bench.release.release();
        bench.queue.forEach(
                pointer ->
                        bench.commands.transition(
                                pointer.id(),
                                CommandState.QUEUED,
                                CommandState.REJECTED,
                                TransitionDetails.because("opted_out")));
        bench.release.release();

        assertThat(progress(id).state()).isEqualTo("done");
        assertThat(bench.states(id)).isEqualTo(Collections.nCopies(3, "rejected"));
        assertThat(bench.row(id, 1).reason()).isEqualTo("opted_out");
    }

    private StoredCommand command(BulkId id, int row) {
        return bench.commands.find(new CommandId(bench.row(id, row).commandId())).orElseThrow();
    }

    private BulkReport.Progress progress(BulkId id) {
        return bench.report.progress(id).orElseThrow();
    }
}
