package org.coexhub.event.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.event.Payloads.body;
import static org.coexhub.event.Payloads.change;
import static org.coexhub.event.Payloads.chunk;
import static org.coexhub.event.Payloads.contact;
import static org.coexhub.event.Payloads.entry;
import static org.coexhub.event.Payloads.list;
import static org.coexhub.event.Payloads.single;
import static org.coexhub.event.Payloads.text;
import static org.coexhub.event.Payloads.thread;
import static org.coexhub.event.Payloads.utf8;
import static org.coexhub.event.Payloads.value;

import com.fasterxml.jackson.databind.ObjectMapper;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Payloads;
import org.coexhub.event.Slice;
import org.coexhub.event.typing.WebhookReader;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must hold for every body, however Meta mixes updates in it. */
class SlicePropertiesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebhookSlicer slicer = new WebhookSlicer(64);
    private final WebhookReader reader = new WebhookReader();
    private final CloudEventWriter writer = new CloudEventWriter();

    /** An event without its place: number and order are compared apart. */
    private record Seen(
            String id,
            EventType type,
            String conversation,
            CustomerIdentity customer,
            String raw,
            boolean imported) {}

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void slicesReadLikeTheWholeBody(@ForAll("bodies") String json) {
        byte[] body = utf8(json);

        List<Seen> whole = seen(reader.read(body, NOW));
        List<Seen> cut = new ArrayList<>();
        for (Slice slice : slicer.cut(body)) {
            cut.addAll(seen(reader.read(slice.body(), NOW)));
        }

        assertThat(cut).containsExactlyInAnyOrderElementsOf(whole);
        assertThat(byConversation(cut)).isEqualTo(byConversation(whole));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anEventIsTheSameWhenItIsReadAlone(@ForAll("bodies") String json) {
        byte[] body = utf8(json);
        List<HubEvent> whole = reader.read(body, NOW);

        for (int place = 0; place < whole.size(); place++) {
            HubEvent event = whole.get(place);
            reader.alone(body, place, NOW)
                    .ifPresent(
                            alone ->
                                    assertThat(seen(reader.read(alone, NOW)))
                                            .isEqualTo(seen(List.of(event))));
        }
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void slicesAreStableWhenCutAgain(@ForAll("bodies") String json) {
        for (Slice slice : slicer.cut(utf8(json))) {
            assertThat(slicer.cut(slice.body()))
                    .singleElement()
                    .satisfies(
                            again -> {
                                assertThat(again.partition()).isEqualTo(slice.partition());
                                assertThat(again.lane()).isEqualTo(slice.lane());
                                assertThat(again.body()).isSameAs(slice.body());
                            });
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void rawIsAlwaysAPieceOfTheBody(@ForAll("bodies") String json) {
        for (Slice slice : slicer.cut(utf8(json))) {
            for (HubEvent event : reader.read(slice.body(), NOW)) {
                assertThat(json).contains(new String(event.raw(), StandardCharsets.UTF_8));
            }
        }
    }

    @Property(tries = 1000)
    void arbitraryBytesNeverThrowAndAreNeverLost(@ForAll byte[] bytes) throws IOException {
        assertThat(throughEverything(bytes)).isNotEmpty();
    }

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void damagedBodiesNeverThrowAndAreNeverLost(
            @ForAll("bodies") String json,
            @ForAll int at,
            @ForAll byte with,
            @ForAll("cuts") int length)
            throws IOException {
        byte[] body = utf8(json);
        body[Math.floorMod(at, body.length)] = with;
        byte[] damaged = new byte[Math.max(1, body.length - length)];
        System.arraycopy(body, 0, damaged, 0, damaged.length);

        assertThat(throughEverything(damaged)).isNotEmpty();
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void aStrangeItemLeavesItsNeighboursAlone(
            @ForAll("json") String strange, @ForAll("lists") String list) throws IOException {
        byte[] body =
                single(
                        "messages",
                        list("messages", text("wamid.before", "4917055501", "a")),
                        list(list, strange),
                        list("messages", text("wamid.after", "4917055502", "b")));

        assertThat(throughEverything(body))
                .extracting(event -> event.id().value())
                .hasSizeGreaterThanOrEqualTo(3)
                .contains("message:wamid.before", "message:wamid.after");
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void anyValueUnderAnyFieldBecomesAnEvent(
            @ForAll("json") String value, @ForAll("fields") String field) throws IOException {
        assertThat(throughEverything(utf8(body(entry(change(field, value)))))).isNotEmpty();
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(1, 400)));
    }

    @Provide
    Arbitrary<String> lists() {
        return Arbitraries.of(
                "messages",
                "statuses",
                "message_echoes",
                "state_sync",
                "user_preferences",
                "history");
    }

    @Provide
    Arbitrary<String> fields() {
        return Arbitraries.of(
                "messages",
                "history",
                "smb_message_echoes",
                "account_update",
                "security",
                "calls",
                "standby",
                "new",
                "");
    }

    /** Small JSON out of Meta's own names, so that every branch is met with every wrong type. */
    @Provide
    Arbitrary<String> json() {
        Arbitrary<String> name =
                Arbitraries.of(
                        "id",
                        "from",
                        "to",
                        "type",
                        "text",
                        "body",
                        "timestamp",
                        "status",
                        "metadata",
                        "threads",
                        "messages",
                        "contact",
                        "context",
                        "errors",
                        "system",
                        "edit",
                        "message",
                        "history",
                        "standby",
                        "reaction",
                        "image",
                        "statuses",
                        "recipient_type",
                        "action",
                        "value",
                        "event",
                        "waba_info");
        Arbitrary<String> leaf =
                Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "-1",
                        "1e400",
                        "12345678901234567890",
                        "1790000000",
                        "\"\"",
                        "\"x\"",
                        "\"edit\"",
                        "\"group\"",
                        "\"system\"",
                        "\"interactive\"",
                        "\"4917055501\"",
                        "\"wamid.9\"",
                        "\"\\u0000\"",
                        "\"\\ud800\"");
        return Arbitraries.recursive(() -> leaf, inner -> nested(name, inner), 0, 4);
    }

    private static Arbitrary<String> nested(Arbitrary<String> name, Arbitrary<String> inner) {
        return Arbitraries.oneOf(
                inner,
                inner.list().ofMaxSize(3).map(items -> "[" + String.join(",", items) + "]"),
                Combinators.combine(name, inner)
                        .as((key, value) -> "\"" + key + "\":" + value)
                        .list()
                        .ofMaxSize(5)
                        .map(members -> "{" + String.join(",", members) + "}"));
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> who =
                Arbitraries.of(
                        "4917055501", "4917055502", "4917055503", "4917055504", "+49 170 55505");
        Arbitrary<String> id = Arbitraries.integers().between(0, 10_000).map(i -> "wamid." + i);
        Arbitrary<String> words = Arbitraries.of("a", "\\u0000", "😀", "\\\"", " ", "", "\\/ü\\n");
        Arbitrary<String> text = Combinators.combine(id, who, words).as(Payloads::text);
        Arbitrary<String> odd =
                Arbitraries.of(
                        "3",
                        "{}",
                        "{\"id\":\"wamid.odd\"}",
                        "{\"from_user_id\":\"DE.502\",\"id\":\"wamid.scoped\"}");
        Arbitrary<String> message = Arbitraries.frequencyOf(Tuple.of(8, text), Tuple.of(1, odd));
        Arbitrary<String> contacts =
                who.list()
                        .ofMaxSize(3)
                        .map(
                                people ->
                                        list(
                                                "contacts",
                                                people.stream()
                                                        .map(
                                                                p ->
                                                                        contact(
                                                                                p,
                                                                                "DE."
                                                                                        + p
                                                                                                .substring(
                                                                                                        p
                                                                                                                        .length()
                                                                                                                - 3),
                                                                                "N" + p.length()))
                                                        .toArray(String[]::new)));
        Arbitrary<String> members =
                Arbitraries.oneOf(
                        message.list()
                                .ofMaxSize(6)
                                .map(items -> list("messages", items.toArray(String[]::new))),
                        Combinators.combine(id, who, Arbitraries.of("sent", "read"))
                                .as(Payloads::status)
                                .list()
                                .ofMaxSize(4)
                                .map(items -> list("statuses", items.toArray(String[]::new))),
                        Combinators.combine(id, who, words)
                                .as(Payloads::echo)
                                .map(item -> list("message_echoes", item)),
                        Combinators.combine(who, text, text)
                                .as(
                                        (person, one, two) ->
                                                list(
                                                        "history",
                                                        chunk(
                                                                10,
                                                                thread(person, one),
                                                                thread("4917055509", two)))),
                        Arbitraries.of(
                                list("errors", "{\"code\":1}"),
                                list("user_actions", "{}", "{\"a\":1}"),
                                "\"statuses\":{}",
                                "\"messages\":[]",
                                "\"scalar\": 1.50",
                                list("history", "{\"errors\":[{\"code\":2593109}]}"),
                                "\"standby\":{"
                                        + list(
                                                "statuses",
                                                "{\"id\":\"wamid.1\",\"status\":\"read\"}")
                                        + "}",
                                "\"standby\":{"
                                        + list("messages", text("wamid.77", "4917055502", "s"))
                                        + "}"));
        Arbitrary<String> value =
                Combinators.combine(
                                contacts, members.list().ofMaxSize(4), Arbitraries.of(true, false))
                        .as(
                                (people, rest, first) -> {
                                    List<String> all = new ArrayList<>(rest);
                                    all.add(first ? 0 : all.size(), people);
                                    return value(all.toArray(String[]::new));
                                });
        Arbitrary<String> change =
                Combinators.combine(
                                Arbitraries.of(
                                        "messages", "smb_message_echoes", "history", "standby"),
                                value)
                        .as(Payloads::change);
        Arbitrary<String> other =
                Arbitraries.of(
                        change("account_update", "{\"event\":\"X\"}"),
                        change("future", " [ 1 ] "),
                        "{\"field\":\"empty\"}",
                        "5");
        return Arbitraries.frequencyOf(Tuple.of(5, change), Tuple.of(1, other))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(changes -> entry(changes.toArray(String[]::new)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(entries -> body(entries.toArray(String[]::new)));
    }

    private List<HubEvent> throughEverything(byte[] body) throws IOException {
        List<HubEvent> events = new ArrayList<>();
        for (Slice slice : slicer.cut(body)) {
            events.addAll(reader.read(slice.body(), NOW));
        }
        for (HubEvent event : events) {
            assertThat(JSON.readTree(writer.write(event)).path("id").asText())
                    .isEqualTo(event.id().value());
        }
        return events;
    }

    private static List<Seen> seen(List<HubEvent> events) {
        return events.stream()
                .map(
                        event ->
                                new Seen(
                                        event.id().value(),
                                        event.type(),
                                        event.conversation() == null
                                                ? null
                                                : event.conversation().value(),
                                        event.customer(),
                                        new String(event.raw(), StandardCharsets.UTF_8),
                                        "history".equals(event.field())
                                                || event.type() == EventType.MESSAGE_IMPORTED))
                .toList();
    }

    /**
     * What order is promised by. A person named by the business-scoped id alone is apart from the same person named with
     * a number, even in one body and even though the derived conversation is the same: only the identity graph joins
     * them for good.
     */
    private static String orderKey(Seen event) {
        CustomerIdentity customer = event.customer();
        return customer != null && customer.waId() != null ? customer.waId() : event.conversation();
    }

    /** Order within a conversation, live and imported apart. */
    private static Map<String, List<Seen>> byConversation(List<Seen> events) {
        Map<String, List<Seen>> order = new LinkedHashMap<>();
        for (Seen event : events) {
            if (event.conversation() != null) {
                String key = orderKey(event) + (event.imported() ? " imported" : "");
                order.computeIfAbsent(key, unused -> new ArrayList<>()).add(event);
            }
        }
        return order;
    }
}
