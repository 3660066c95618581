package org.coexhub.outbound.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;

import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.cost.CostReport.Counts;
import org.coexhub.outbound.cost.CostReport.Row;
import org.coexhub.outbound.cost.CostReport.Saved;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

import javax.sql.DataSource;

/** What the ledger says after the router has handled statuses, echoes and sends; the same on every database. */
abstract class CostLedgerContract {

    private static final long NOW = TestClock.START.getEpochSecond();
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final String ANA = "34600111222";

    private LedgerBench bench;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        bench = new LedgerBench(freshDatabase());
    }

    @Test
    void aMessageCountsOnceThoughEveryStatusNamesItsPrice() {
        CommandId command = bench.sending("bot");
        for (String status : List.of("sent", "delivered", "read")) {
            bench.handle(LedgerBench.priced("wamid.1", status, NOW, "regular", "service", command));
        }

        assertThat(rows("category,type,model,source"))
                .containsExactly(
                        new Row(null, null, "service", "regular", "pmp", "bot", billed(1)));
    }

    @Test
    void sentIsPendingUntilItIsDelivered() {
        bench.handle(LedgerBench.priced("wamid.1", "sent", NOW, "regular", "marketing", null));
        assertThat(total()).isEqualTo(new Counts(0, 0, 1, 0, 0));

        bench.handle(LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "marketing", null));
        assertThat(total()).isEqualTo(billed(1));
    }

    @Test
    void whatFailedIsNotBilledThoughItsSendNamedAPrice() {
        bench.handle(LedgerBench.priced("wamid.1", "sent", NOW, "regular", "marketing", null));
        bench.handle(statuses(status(ANA, "wamid.1", NOW + 1, "failed")));

        assertThat(total()).isEqualTo(new Counts(0, 0, 0, 1, 0));
    }

    @Test
    void aDeliveryThatIsToldAfterAFailureCounts() {
        bench.handle(statuses(status(ANA, "wamid.1", NOW + 1, "failed")));
        bench.handle(LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "utility", null));

        assertThat(total()).isEqualTo(billed(1));
    }

    @Test
    void everyTypeThatBeginsWithFreeIsFree() {
        bench.handle(
                LedgerBench.priced("wamid.1", "read", NOW, "free_entry_point", "marketing", null));
        bench.handle(
                LedgerBench.priced(
                        "wamid.2", "read", NOW, "free_customer_service", "service", null));
        bench.handle(LedgerBench.priced("wamid.3", "read", NOW, "free_next_year", "utility", null));

        assertThat(total()).isEqualTo(new Counts(0, 3, 0, 0, 0));
    }

    @Test
    void whatPeopleTypeInTheAppIsFreeAlsoWhenStatusesOfItNameNoPrice() {
        bench.handle(echoes(echo(ANA, "wamid.e", NOW, "buenas")));
        bench.handle(statuses(status(ANA, "wamid.e", NOW + 1, "delivered")));

        assertThat(rows("source"))
                .containsExactly(
                        new Row(null, null, null, null, null, "app", new Counts(0, 1, 0, 0, 0)));
    }

    @Test
    void aDeliveryWithoutAPriceIsToldAsSuch() {
        bench.handle(statuses(status(ANA, "wamid.x", NOW, "delivered")));

        assertThat(total()).isEqualTo(new Counts(0, 0, 0, 0, 1));
    }

    @Test
    void aStatusWithoutCallbackDataThatComesBeforeGraphsAnswerFindsItsSourceByTheSend() {
        bench.handle(LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "service", null));
        assertThat(rows("source").getFirst().source()).isEqualTo("other");

        bench.handle(LedgerBench.sentEvent("wamid.1", "crm"));
        assertThat(rows("source"))
                .containsExactly(new Row(null, null, null, null, null, "crm", billed(1)));
    }

    @Test
    void theSourceIsFoundByTheWamidOfTheCommandToo() {
        CommandId command = bench.sending("campaign");
        bench.answered(command, "wamid.1");
        bench.handle(LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "utility", null));

        assertThat(rows("source").getFirst().source()).isEqualTo("campaign");
    }

    @Test
    void whatComesAgainAfterACrashOrFromMetaChangesNothing() {
        var message =
                Message.of(
                        LedgerBench.priced(
                                "wamid.1", "delivered", NOW, "regular", "service", null));
        bench.handle(message);
        bench.handle(message);
        bench.handle(LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "service", null));

        assertThat(total()).isEqualTo(billed(1));
        assertThat(bench.counter("hub.cost.messages", "charge", "billed")).isEqualTo(1);
    }

    @Test
    void whatIsRolledBackIsCountedNowhere() {
        bench.handleAndDie(
                LedgerBench.priced("wamid.1", "delivered", NOW, "regular", "service", null));

        assertThat(total()).isEqualTo(new Counts(0, 0, 0, 0, 0));
        assertThat(bench.counter("hub.cost.messages", "charge", "billed")).isZero();
    }

    @Test
    void theDayIsThatOfTheDeliveryByMetasClock() {
        long dayBefore = NOW - Duration.ofDays(1).toSeconds();
        bench.handle(LedgerBench.priced("wamid.1", "read", NOW, "regular", "service", null));
        bench.handle(
                LedgerBench.priced("wamid.1", "delivered", dayBefore, "regular", "service", null));

        assertThat(rows("day"))
                .containsExactly(
                        new Row(TODAY.minusDays(1), null, null, null, null, null, billed(1)));
        assertThat(bench.report(TODAY, TODAY, null, "day").rows()).isEmpty();
    }

    @Test
    void inAGroupEachParticipantCounts() {
        CommandId command = bench.sending("agent");
        bench.handle(LedgerBench.sentEvent("wamid.g", "agent"));
        bench.handle(LedgerBench.pricedInGroup("wamid.g", "34600000001", NOW, command));
        bench.handle(LedgerBench.pricedInGroup("wamid.g", "34600000002", NOW, command));

        assertThat(rows("source"))
                .containsExactly(new Row(null, null, null, null, null, "agent", billed(2)));
    }

    @Test
    void numbersAreToldApart() {
        bench.handle(LedgerBench.priced("wamid.1", "read", NOW, "regular", "service", null));

        assertThat(bench.report(TODAY, TODAY, NUMBER, "number").rows())
                .containsExactly(new Row(null, NUMBER, null, null, null, null, billed(1)));
        assertThat(bench.report(TODAY, TODAY, "1", "number").total()).isEqualTo(billed(0));
    }

    @Test
    void repliesOfABotThatAPersonForestalledAreSaved() {
        bench.handle(LedgerBench.rejectedEvent("c-1", "person_has_conversation"));
        bench.handle(LedgerBench.rejectedEvent("c-1", "person_has_conversation"));
        bench.handle(LedgerBench.rejectedEvent("c-2", "window_closed"));

        assertThat(bench.report(TODAY, TODAY, NUMBER, "").saved()).isEqualTo(new Saved(1, 0));
        assertThat(bench.report(TODAY, TODAY, "1", "").saved()).isEqualTo(new Saved(0, 0));
    }

    @Test
    void commandsThatAreHandedInAgainAreSaved() {
        CommandIntake intake = bench.intake();
        byte[] command = TestCommands.json(LedgerBench.command("system"));
        intake.accept(command, "key", Caller.API);
        intake.accept(command, "key", Caller.API);
        intake.accept(command, "key", Caller.API);

        assertThat(bench.report(TODAY, TODAY, null, "").saved()).isEqualTo(new Saved(0, 2));
        assertThat(bench.counter("hub.cost.saved", "cause", "repeat")).isEqualTo(2);
    }

    private List<Row> rows(String groupBy) {
        return bench.report(TODAY.minusDays(7), TODAY, null, groupBy).rows();
    }

    private Counts total() {
        return bench.report(TODAY.minusDays(7), TODAY, null, "").total();
    }

    private static Counts billed(int messages) {
        return new Counts(messages, 0, 0, 0, 0);
    }
}
