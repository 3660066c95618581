package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many records or several calls in one: {@code composite/sobjects}, {@code composite}, {@code batch}, {@code tree}. */
class SimulatedCollectionsTest extends SimulatedSalesforceFixture {
    private static final String UPSERT = DATA + "/composite/sobjects/WhatsApp_Message__c/Wamid__c";
    private static final String ROW =
            "{\"attributes\":{\"type\":\"WhatsApp_Message__c\"},\"Wamid__c\":\"%s\",\"Body__c\":\"%s\"}";

    @Test
    void upsertsManyInOneCallWithAResultForEach() throws Exception {
        org.create("WhatsApp_Message__c", Map.of("Wamid__c", "w2"));
        int before = salesforce.apiCalls();

        JsonNode results = client.patch(UPSERT, records(false, row("w1"), row("w2"))).json();

        assertThat(results).hasSize(2);
        assertThat(results.path(0).path("created").asBoolean()).isTrue();
        assertThat(results.path(1).path("created").asBoolean()).isFalse();
        assertThat(results.path(1).path("success").asBoolean()).isTrue();
        assertThat(results.path(1).path("errors")).isEmpty();
        assertThat(salesforce.apiCalls() - before).isEqualTo(1);
        assertThat(salesforce.calls().getLast().records()).isEqualTo(2);
    }

    @Test
    void oneBadRecordSpoilsNoOther() throws Exception {
        salesforce.faults().lockRows(fields -> "w1".equals(fields.get("Wamid__c")));

        JsonNode results =
                client.patch(
                                UPSERT,
                                records(
                                        false,
                                        row("w1"),
                                        ROW.formatted("w2", "x".repeat(40_000)),
                                        row("w3")))
                        .json();

        assertThat(results.findValuesAsText("statusCode"))
                .containsExactly("UNABLE_TO_LOCK_ROW", "STRING_TOO_LONG");
        assertThat(results.path(2).path("success").asBoolean()).isTrue();
        assertThat(org.records("WhatsApp_Message__c")).hasSize(1);
    }

    @Test
    void allOrNoneTakesBackWhatWasSaved() throws Exception {
        JsonNode results =
                client.patch(
                                UPSERT,
                                records(true, row("w1"), ROW.formatted("w2", "x".repeat(40_000))))
                        .json();

        assertThat(results.findValuesAsText("statusCode"))
                .containsExactly("ALL_OR_NONE_OPERATION_ROLLED_BACK", "STRING_TOO_LONG");
        assertThat(org.records("WhatsApp_Message__c")).isEmpty();
        client.patch(UPSERT, records(true, row("w1")));
        assertThat(org.find("WhatsApp_Message__c", "Wamid__c", "w1")).hasSize(1);
    }

    @Test
    void theSameKeyTwiceInOneCallFailsBoth() throws Exception {
        JsonNode results =
                client.patch(UPSERT, records(false, row("w1"), row("w2"), row("w1"))).json();

        assertThat(results.findValuesAsText("statusCode"))
                .containsExactly("DUPLICATE_VALUE", "DUPLICATE_VALUE");
        assertThat(org.records("WhatsApp_Message__c")).hasSize(1);
    }

    @Test
    void whatCannotBeReadIsRefusedAsAWhole() throws Exception {
        String[] tooMany =
                IntStream.range(0, 201).mapToObj(i -> row("w" + i)).toArray(String[]::new);
        var untyped = client.patch(UPSERT, records(false, row("w1"), "{\"Wamid__c\":\"w2\"}"));
        var unknownField =
                client.patch(
                        UPSERT, records(false, row("w1"), row("w2").replace("Body__c", "Text__c")));

        assertThat(client.patch(UPSERT, records(false, tooMany)).error())
                .isEqualTo("EXCEEDED_ID_LIMIT");
        assertThat(untyped.status()).isEqualTo(400);
        assertThat(unknownField.error()).isEqualTo("INVALID_FIELD");
        assertThat(
                        client.patch(
                                        UPSERT.replace("Wamid__c", "Body__c"),
                                        records(false, row("w1")))
                                .status())
                .isEqualTo(404);
        assertThat(org.records("WhatsApp_Message__c")).isEmpty();
    }

    @Test
    void createsUpdatesAndDeletesMany() throws Exception {
        JsonNode created =
                client.post(DATA + "/composite/sobjects", records(false, row("w1"), row("w2")))
                        .json();
        String first = created.path(0).path("id").asText();
        String update =
                "{\"attributes\":{\"type\":\"WhatsApp_Message__c\"},\"id\":\"%s\",\"Status__c\":\"read\"}";

        client.patch(DATA + "/composite/sobjects", records(false, update.formatted(first)));
        JsonNode read =
                client.get(
                                DATA
                                        + "/composite/sobjects/WhatsApp_Message__c?fields=Status__c&ids="
                                        + first)
                        .json();
        client.delete(DATA + "/composite/sobjects?ids=" + created.path(1).path("id").asText());

        assertThat(read.path(0).path("Status__c").asText()).isEqualTo("read");
        assertThat(org.records("WhatsApp_Message__c"))
                .extracting(row -> row.get("Id"))
                .containsExactly(first);
    }

    @Test
    void laterPartsOfACompositeReferToEarlierOnes() throws Exception {
        JsonNode answer =
                client.post(
                                DATA + "/composite",
                                """
                                {"allOrNone":true,"compositeRequest":[
                                 {"method":"POST","url":"/services/data/v62.0/sobjects/Contact","referenceId":"c",
                                  "body":{"LastName":"Ana"}},
                                 {"method":"PATCH","url":"/services/data/v62.0/sobjects/WhatsApp_Message__c/Wamid__c/w1",
                                  "referenceId":"m","body":{"Contact__c":"@{c.id}"}}]}
                                """)
                        .json()
                        .path("compositeResponse");

        assertThat(answer.findValues("httpStatusCode"))
                .extracting(JsonNode::asInt)
                .containsExactly(201, 201);
        assertThat(org.records("WhatsApp_Message__c").get(0))
                .containsEntry("Contact__c", org.records("Contact").get(0).get("Id"));
    }

    @Test
    void aFailedPartOfACompositeTakesTheOthersBack() throws Exception {
        JsonNode answer =
                client.post(
                                DATA + "/composite",
                                """
                                {"allOrNone":true,"compositeRequest":[
                                 {"method":"POST","url":"/services/data/v62.0/sobjects/Contact","referenceId":"a",
                                  "body":{"LastName":"Ana"}},
                                 {"method":"POST","url":"/services/data/v62.0/sobjects/Contact","referenceId":"b","body":{}},
                                 {"method":"GET","url":"/services/data/v62.0/sobjects/Contact/@{b.id}","referenceId":"c"}]}
                                """)
                        .json();

        assertThat(answer.findValuesAsText("errorCode"))
                .containsExactly(
                        "PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED");
        assertThat(org.records("Contact")).isEmpty();
    }

    @Test
    void aBatchAnswersEachPartAndATreeIsAllOrNothing() throws Exception {
        JsonNode batch =
                client.post(
                                DATA + "/composite/batch",
                                """
                                {"batchRequests":[
                                 {"method":"GET","url":"v62.0/limits"},
                                 {"method":"POST","url":"v62.0/sobjects/Contact","richInput":{}}]}
                                """)
                        .json();
        String tree =
                """
                {"records":[
                 {"attributes":{"type":"Contact","referenceId":"a"},"LastName":"Ana"},
                 {"attributes":{"type":"Contact","referenceId":"b"},%s}]}
                """;
        var grown =
                client.post(
                        DATA + "/composite/tree/Contact", tree.formatted("\"LastName\":\"Bea\""));
        var refused =
                client.post(DATA + "/composite/tree/Contact", tree.formatted("\"Email\":\"b@b\""));

        assertThat(batch.path("hasErrors").asBoolean()).isTrue();
        assertThat(batch.findValues("statusCode"))
                .extracting(JsonNode::asInt)
                .containsExactly(200, 400);
        assertThat(grown.status()).isEqualTo(201);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().findValuesAsText("referenceId")).containsExactly("b");
        assertThat(org.records("Contact")).hasSize(2);
    }

    private static String row(String wamid) {
        return ROW.formatted(wamid, "Hello");
    }

    private static String records(boolean allOrNone, String... records) {
        return Arrays.stream(records)
                .collect(
                        Collectors.joining(
                                ",", "{\"allOrNone\":" + allOrNone + ",\"records\":[", "]}"));
    }
}
