package org.coexhub.connector.salesforce.map;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.event.CloudEvent;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class MessageBatchTest {

    private static final List<String> STATUSES = List.of("sent", "delivered", "read", "failed");

    @Test
    void aSingleEventIsABatchOfOne() throws Exception {
        MessageBatch batch = batch(received("w1", "Hello"));

        assertThat(batch.drafts())
                .singleElement()
                .satisfies(d -> assertThat(d.key()).isEqualTo("w1"));
    }

    @Test
    void eventsOfOneMessageAreOneDraftThatKnowsTheirPlaces() throws Exception {
        MessageBatch batch =
                batch(
                        "["
                                + String.join(
                                        ",",
                                        received("w1", "Hello"),
                                        status("w2", "read"),
                                        received("w3", "again"),
                                        status("w2", "sent"))
                                + "]");

        assertThat(batch.drafts().stream().map(MessageDraft::key))
                .containsExactly("w1", "w2", "w3");
        MessageDraft second = List.copyOf(batch.drafts()).get(1);
        assertThat(second.places()).containsExactly(1, 3);
        assertThat(second.values()).containsEntry(MessageValue.STATUS, "read");
    }

    @Test
    void whatTheStoreKnowsRaisesAStatusAndNeverLowersIt() throws Exception {
        MessageBatch batch = batch("[" + status("w1", "sent") + "," + status("w2", "read") + "]");

        batch.raise(Map.of("w1", "delivered", "w2", "sent"));

        assertThat(batch.drafts().stream().map(d -> d.values().get(MessageValue.STATUS)))
                .containsExactly("delivered", "read");
    }

    @Test
    void aCustomerNamedByUserIdAloneAndThenWithTheNumberIsOne() throws Exception {
        String whole = received("w2", "me").replace("{\"waId\":", "{\"bsuid\":\"GB.1\",\"waId\":");
        String alone = whole.replace("w2", "w1").replace(",\"waId\":\"447700900123\"", "");

        MessageBatch batch = batch("[" + alone + "," + whole + "]");

        assertThat(batch.customers()).extracting(Customer::key).containsExactly("447700900123");
        assertThat(batch.drafts())
                .allSatisfy(
                        d ->
                                assertThat(d.values())
                                        .containsEntry(MessageValue.PHONE, "+447700900123"));
    }

    @Test
    void theFileOfAnImportedMessageGoesToItsRecordAndLeavesItsStatus() throws Exception {
        String completed =
                received("w1", "Photo")
                        .replace("message.received", "message.completed")
                        .replace("\"wamid\"", "\"direction\":\"outbound\",\"wamid\"");

        MessageBatch batch = batch(completed);

        assertThat(batch.drafts().iterator().next().values())
                .containsEntry(MessageValue.TEXT, "Photo")
                .containsEntry(MessageValue.DIRECTION, "Outbound")
                .doesNotContainKey(MessageValue.STATUS);
    }

    @Test
    void aDeletedMessageStaysDeletedWhateverStatusComesLate() throws Exception {
        MessageBatch batch = batch("[" + status("w1", "read") + "]");

        batch.raise(Map.of("w1", "deleted"));

        assertThat(batch.drafts().iterator().next().values())
                .containsEntry(MessageValue.STATUS, "deleted");
    }

    @Test
    void aStatusThatIsNotWantedMakesNoRecord() throws Exception {
        var batch =
                new MessageBatch(
                        CloudEvent.readAll(utf8("[" + status("w1", "delivered") + "]")),
                        List.of("failed"),
                        "");

        assertThat(batch.drafts()).isEmpty();
    }

    @Test
    void aMessageOfTheHubNamesItsCommandAndTheReferenceOfSalesforce() throws Exception {
        MessageBatch batch =
                batch(
                        """
                        {"type":"whatsapp.message.sent","subject":"1:2","origin":"hub","data":{"wamid":"w",
                         "messageType":"template","template":{"name":"hi","language":"en"},
                         "command":{"id":"c-1","correlation":"sf:case:7:500xx"},"customer":{"waId":"2"}}}\
                        """);

        assertThat(batch.drafts().iterator().next().values())
                .containsEntry(MessageValue.COMMAND_ID, "c-1")
                .containsEntry(MessageValue.CLIENT_REF, "case:7")
                .containsEntry(MessageValue.ORIGIN, "Hub")
                .containsEntry(MessageValue.TEXT, "Template hi (en)");
    }

    @Test
    void anUnresolvedSendIsToldAndMakesNoRecordYet() throws Exception {
        MessageBatch batch =
                batch(
                        """
                        {"type":"whatsapp.command.unresolved","subject":"1:2","origin":"hub","data":{
                         "command":{"id":"c-1","correlation":"sf:ref:500xx","hops":2},"state":"unresolved",
                         "reason":"timeout"}}\
                        """);

        assertThat(batch.drafts()).isEmpty();
        assertThat(batch.results())
                .singleElement()
                .satisfies(
                        r ->
                                assertThat(r.values())
                                        .containsEntry(ResultValue.STATUS, "unresolved")
                                        .containsEntry(ResultValue.HOPS, "2")
                                        .containsEntry(ResultValue.RECORD_ID, "500xx"));
    }

    @Test
    void aRejectedCommandOfABotLeavesNoTrace() throws Exception {
        MessageBatch batch =
                batch(
                        """
                        {"type":"whatsapp.command.rejected","data":{"command":{"id":"c-1",
                         "correlation":"message:w"},"reason":"person_has_conversation"}}\
                        """);

        assertThat(batch.drafts()).isEmpty();
        assertThat(batch.results()).isEmpty();
    }

    private static MessageBatch batch(String json) throws Exception {
        return new MessageBatch(CloudEvent.readAll(utf8(json)), STATUSES, "");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String received(String wamid, String text) {
        return """
        {"type":"whatsapp.message.received","subject":"1:2","origin":"customer","data":{"wamid":"%s",
         "messageType":"text","text":"%s","customer":{"waId":"447700900123"}}}\
        """
                .formatted(wamid, text);
    }

    private static String status(String wamid, String status) {
        return """
        {"type":"whatsapp.message.status","subject":"1:2","origin":"meta","data":{"wamid":"%s",
         "status":"%s","customer":{"waId":"447700900123"}}}\
        """
                .formatted(wamid, status);
    }
}
