package org.coexhub.outbound.cost;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/** Whatever order a message's news come in, and however often, it counts once and as the same. */
class CostLedgerPropertyTest {

    private static final long NOW = TestClock.START.getEpochSecond();

    private static LedgerBench bench;
    private static JdbcTemplate jdbc;
    private static int messages;

    /** What may be heard of one message. */
    enum News {
        SENT,
        FAILED,
        DELIVERED,
        READ,
        SEND_EVENT,
        WORD_OF_TOMORROW
    }

    /** @param redelivered the journal message of before comes again, as after a crash */
    record Arrival(News news, boolean redelivered) {}

    @BeforeContainer
    static void open() {
        DataSource database = TestDatabase.postgres();
        bench = new LedgerBench(database);
        jdbc = new JdbcTemplate(database);
    }

    @Property(tries = 150)
    void whatAMessageCountsAsDependsOnWhatWasHeardAlone(
            @ForAll("arrivals") List<Arrival> arrivals, @ForAll boolean callbackData) {
        String wamid = "wamid." + ++messages;
        CommandId command = callbackData ? bench.sending("crm") : null;
        Map<News, Message> first = new EnumMap<>(News.class);
        for (Arrival arrival : arrivals) {
            Message fresh = Message.of(body(arrival.news, wamid, command));
            Message known = first.putIfAbsent(arrival.news, fresh);
            bench.handle(arrival.redelivered && known != null ? known : fresh);
        }

        List<String> counted =
                jdbc.queryForList(
                        "SELECT charge FROM cost_entry WHERE id = ? AND charge IS NOT NULL",
                        String.class,
                        wamid);
        assertThat(counted).isEqualTo(expected(first));
        if (!counted.isEmpty() && (callbackData || first.containsKey(News.SEND_EVENT))) {
            assertThat(
                            jdbc.queryForObject(
                                    "SELECT source FROM cost_entry WHERE id = ?",
                                    String.class,
                                    wamid))
                    .isEqualTo("crm");
        }
    }

    @Provide
    Arbitrary<List<Arrival>> arrivals() {
        return Arbitraries.of(News.values())
                .flatMap(news -> Arbitraries.of(true, false).map(again -> new Arrival(news, again)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(9);
    }

    private static byte[] body(News news, String wamid, CommandId command) {
        return switch (news) {
            case SENT -> LedgerBench.priced(wamid, "sent", NOW, "regular", "utility", command);
            case FAILED ->
                    LedgerBench.priced(wamid, "failed", NOW + 1, "regular", "utility", command);
            case DELIVERED ->
                    LedgerBench.priced(wamid, "delivered", NOW + 2, "regular", "utility", command);
            // Meta corrects itself: by the highest status the message is free.
            case READ ->
                    LedgerBench.priced(
                            wamid, "read", NOW + 3, "free_entry_point", "utility", command);
            case SEND_EVENT -> LedgerBench.sentEvent(wamid, "crm");
            case WORD_OF_TOMORROW ->
                    LedgerBench.priced(wamid, "pondered", NOW, "regular", "service", command);
        };
    }

    private static List<String> expected(Map<News, Message> heard) {
        var counted = new ArrayList<String>();
        if (heard.containsKey(News.READ)) {
            counted.add("free");
        } else if (heard.containsKey(News.DELIVERED)) {
            counted.add("billed");
        } else if (heard.containsKey(News.FAILED)) {
            counted.add("failed");
        } else if (heard.containsKey(News.SENT)) {
            counted.add("pending");
        }
        return counted;
    }
}
