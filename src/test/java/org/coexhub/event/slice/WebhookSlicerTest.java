package org.coexhub.event.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.event.Payloads.body;
import static org.coexhub.event.Payloads.change;
import static org.coexhub.event.Payloads.chunk;
import static org.coexhub.event.Payloads.contact;
import static org.coexhub.event.Payloads.echo;
import static org.coexhub.event.Payloads.entry;
import static org.coexhub.event.Payloads.list;
import static org.coexhub.event.Payloads.single;
import static org.coexhub.event.Payloads.status;
import static org.coexhub.event.Payloads.text;
import static org.coexhub.event.Payloads.texts;
import static org.coexhub.event.Payloads.thread;
import static org.coexhub.event.Payloads.utf8;
import static org.coexhub.event.Payloads.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Lane;
import org.coexhub.event.Payloads;
import org.coexhub.event.Slice;
import org.coexhub.event.typing.WebhookReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

class WebhookSlicerTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WebhookSlicer slicer = new WebhookSlicer(64);
    private final WebhookReader reader = new WebhookReader();

    @Test
    void aBodyOfOneConversationIsHandedOnUncopied() {
        byte[] body =
                single(
                        "messages",
                        list("messages", text("wamid.1", "4917055501", "a")),
                        list("statuses", status("wamid.0", "4917055501", "read")));

        assertThat(slicer.cut(body))
                .singleElement()
                .satisfies(
                        slice -> {
                            assertThat(slice.body()).isSameAs(body);
                            assertThat(slice.lane()).isEqualTo(Lane.LIVE);
                            assertThat(slice.partition()).isBetween(0, 63);
                        });
    }

    @Test
    void aBatchOfAThousandMessagesBecomesAtMostOneSlicePerPartition() {
        byte[] body = single("messages", list("messages", texts(1000)));

        List<Slice> slices = slicer.cut(body);

        assertThat(slices).hasSize(64).extracting(Slice::partition).doesNotHaveDuplicates();
        assertThat(read(slices)).hasSize(1000);
    }

    @Test
    void everySliceIsAValidWebhookBodyWithTheEnvelopeAndOnlyItsOwnContacts() throws IOException {
        byte[] body =
                single(
                        "messages",
                        list(
                                "contacts",
                                contact("4917055501", "DE.1", "Ada"),
                                contact("4917055502", "DE.2", "Bob"),
                                contact("4917055503", "DE.3", "Cyd")),
                        list(
                                "messages",
                                text("wamid.1", "4917055501", "a"),
                                text("wamid.2", "4917055502", "b"),
                                text("wamid.3", "4917055503", "c")));

        List<Slice> slices = slicer.cut(body);

        assertThat(slices).hasSize(3);
        for (Slice slice : slices) {
            JsonNode root = JSON.readTree(slice.body());
            JsonNode value = root.at("/entry/0/changes/0/value");
            assertThat(root.path("object").asText()).isEqualTo("whatsapp_business_account");
            assertThat(root.at("/entry/0/id").asText()).isEqualTo(Payloads.ACCOUNT_ID);
            assertThat(root.at("/entry/0/time").asLong()).isEqualTo(1_790_000_000L);
            assertThat(root.at("/entry/0/changes/0/field").asText()).isEqualTo("messages");
            assertThat(value.path("messaging_product").asText()).isEqualTo("whatsapp");
            assertThat(value.at("/metadata/phone_number_id").asText())
                    .isEqualTo(Payloads.NUMBER_ID);
            assertThat(value.path("contacts")).hasSize(1);
            assertThat(value.at("/contacts/0/wa_id")).isEqualTo(value.at("/messages/0/from"));
        }
    }

    @Test
    void aPersonKeepsThePartitionWhetherOrNotTheWebhookAlsoGivesTheBusinessScopedId() {
        byte[] numberOnly =
                single("messages", list("messages", text("wamid.1", "4917055501", "a")));
        byte[] both =
                single(
                        "messages",
                        list("contacts", contact("4917055501", "DE.1", "Ada")),
                        list("messages", text("wamid.2", "4917055501", "b")));
        byte[] scopedWithContact =
                single(
                        "messages",
                        list("contacts", contact("4917055501", "DE.1", "Ada")),
                        list(
                                "messages",
                                "{\"from_user_id\":\"DE.1\",\"id\":\"wamid.3\",\"type\":\"text\"}"));
        byte[] spelledOut =
                single(
                        "smb_message_echoes",
                        list("message_echoes", echo("wamid.4", "+49 170 555-01", "d")));

        assertThat(List.of(numberOnly, both, scopedWithContact, spelledOut))
                .extracting(body -> slicer.cut(body).get(0).partition())
                .containsOnly(slicer.cut(numberOnly).get(0).partition());
    }

    @Test
    void bothFormsOfABrazilianMexicanOrArgentinianNumberShareAPartition() {
        assertThat(partitionOf("5511987654321")).isEqualTo(partitionOf("551187654321"));
        assertThat(partitionOf("5215512345678")).isEqualTo(partitionOf("525512345678"));
        assertThat(partitionOf("5491112345678")).isEqualTo(partitionOf("541112345678"));
    }

    @Test
    void partitionsDoNotChangeBetweenVersions() {
        // A queue may hold slices that an older version cut; both versions must agree where a
        // conversation belongs.
        assertThat(List.of("4917055501", "4917055502", "15550100"))
                .extracting(this::partitionOf)
                .containsExactly(5, 42, 33);
    }

    @Test
    void historyTravelsInItsOwnLaneCutByThread() {
        byte[] body =
                utf8(
                        body(
                                entry(
                                        change(
                                                "messages",
                                                value(
                                                        list(
                                                                "messages",
                                                                text(
                                                                        "wamid.1",
                                                                        "4917055501",
                                                                        "live")))),
                                        change(
                                                "history",
                                                value(
                                                        list(
                                                                "history",
                                                                chunk(
                                                                        55,
                                                                        thread(
                                                                                "4917055501",
                                                                                text(
                                                                                        "wamid.2",
                                                                                        "4917055501",
                                                                                        "old")),
                                                                        thread(
                                                                                "4917055502",
                                                                                text(
                                                                                        "wamid.3",
                                                                                        "4917055502",
                                                                                        "older")))))))));

        List<Slice> slices = slicer.cut(body);

        assertThat(slices)
                .extracting(Slice::lane)
                .containsExactly(Lane.LIVE, Lane.HISTORY, Lane.HISTORY);
        assertThat(read(slices))
                .filteredOn(event -> event.type() == EventType.MESSAGE_IMPORTED)
                .hasSize(2)
                .allSatisfy(
                        event ->
                                assertThat(((EventData.MessageImported) event.data()).chunk())
                                        .isEqualTo(new EventData.HistoryChunk(1, 4, 55)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "7",
                "\"text\"",
                "[]",
                "[1,2]",
                "{}",
                "{\"entry\":[]}",
                "{\"entry\":{}}",
                "{\"entry\":[{\"changes\":[{\"value\":",
                "{\"entry\":[{\"id\":\"1\",\"changes\":[{\"value\":{}}]}]} trailing",
                "{\"entry\":[{\"id\":\"1\",\"changes\":[{\"value\":{}}]}]}{}",
                "<xml/>"
            })
    void whatIsNoWebhookBecomesOneRawSlice(String text) {
        byte[] body = utf8(text);

        assertThat(slicer.cut(body))
                .singleElement()
                .satisfies(
                        slice -> {
                            assertThat(slice.body()).isSameAs(body);
                            assertThat(reader.read(slice.body(), NOW))
                                    .singleElement()
                                    .satisfies(
                                            event -> {
                                                assertThat(event.type())
                                                        .isEqualTo(EventType.WEBHOOK_UNRECOGNIZED);
                                                assertThat(event.id().value())
                                                        .startsWith("raw:")
                                                        .hasSize(4 + 64);
                                                assertThat(event.raw()).isEqualTo(body);
                                            });
                        });
    }

    @Test
    void hostileNestingNeitherOverflowsNorStopsTheNeighbours() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        byte[] body =
                single(
                        "messages",
                        list(
                                "messages",
                                text("wamid.1", "4917055501", "a"),
                                "{\"from\":\"4917055502\",\"id\":\"wamid.2\",\"type\":\"x\",\"x\":"
                                        + deep
                                        + "}",
                                text("wamid.3", "4917055503", "c")));

        List<HubEvent> events = read(slicer.cut(body));

        assertThat(events)
                .extracting(HubEvent::type)
                .containsExactlyInAnyOrder(
                        EventType.MESSAGE_RECEIVED,
                        EventType.WEBHOOK_UNRECOGNIZED,
                        EventType.MESSAGE_RECEIVED);
        assertThat(slicer.cut(utf8("[".repeat(4_000_000)))).hasSize(1);
        assertThat(slicer.cut(utf8("{\"a\":".repeat(700_000)))).hasSize(1);
        assertThat(reader.read(utf8("[".repeat(1_000_000)), NOW)).hasSize(1);
    }

    @Test
    void longNumbersNamesAndStringsAreNoReasonToRefuse() {
        String huge = "9".repeat(1_500_000);
        byte[] number =
                single(
                        "messages",
                        "\"size\":" + huge,
                        list("messages", text("wamid.1", "4917055501", "a")));
        byte[] name =
                single(
                        "messages",
                        "\"" + huge + "\":1",
                        list("messages", text("wamid.1", "4917055501", "a")));
        byte[] words = single("messages", list("messages", text("wamid.1", "4917055501", huge)));

        byte[] inside =
                single(
                        "messages",
                        list(
                                "messages",
                                "{\"id\":\"wamid.1\",\"from\":\"4917055501\",\"n\":"
                                        + huge
                                        + ",\"f\":1."
                                        + huge.substring(9)
                                        + ",\""
                                        + huge.substring(500_000)
                                        + "\":1}"));

        assertThat(List.of(number, name, words, inside))
                .allSatisfy(
                        body ->
                                assertThat(read(slicer.cut(body)))
                                        .singleElement()
                                        .extracting(HubEvent::type)
                                        .isEqualTo(EventType.MESSAGE_RECEIVED));
    }

    @Test
    void aByteOrderMarkIsToleratedAndOtherEncodingsAreKeptRaw() {
        String json =
                new String(
                        single(
                                "messages",
                                list(
                                        "messages",
                                        text("wamid.1", "4917055501", "a"),
                                        text("wamid.2", "4917055502", "b"))),
                        StandardCharsets.UTF_8);

        assertThat(read(slicer.cut(utf8("\uFEFF" + json))))
                .hasSize(2)
                .allSatisfy(
                        event ->
                                assertThat(new String(event.raw(), StandardCharsets.UTF_8))
                                        .startsWith("{\"from\"")
                                        .endsWith("}}"));
        assertThat(slicer.cut(json.getBytes(StandardCharsets.UTF_16))).hasSize(1);
        assertThat(read(slicer.cut(json.getBytes(StandardCharsets.UTF_16LE))))
                .extracting(HubEvent::type)
                .containsExactly(EventType.WEBHOOK_UNRECOGNIZED);
    }

    @Test
    void whatStandsBesideItemsTravelsWithOneOfThem() {
        byte[] body =
                single(
                        "messages",
                        list("user_actions", "{\"click\":1}"),
                        list("errors", "{\"code\":131035,\"title\":\"expired\"}"),
                        list(
                                "messages",
                                text("wamid.1", "4917055501", "a"),
                                text("wamid.2", "4917055502", "b")));

        List<Slice> slices = slicer.cut(body);

        assertThat(slices).hasSize(2);
        assertThat(idsOf(read(slices))).isEqualTo(idsOf(reader.read(body, NOW))).hasSize(4);
    }

    @Test
    void atLeastOnePartitionIsNeeded() {
        assertThatThrownBy(() -> new WebhookSlicer(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private int partitionOf(String waId) {
        return slicer.cut(single("messages", list("messages", text("wamid.1", waId, "a"))))
                .get(0)
                .partition();
    }

    private List<HubEvent> read(List<Slice> slices) {
        List<HubEvent> events = new ArrayList<>();
        slices.forEach(slice -> events.addAll(reader.read(slice.body(), NOW)));
        return events;
    }

    private static Set<String> idsOf(List<HubEvent> events) {
        return events.stream().map(event -> event.id().value()).collect(Collectors.toSet());
    }
}
