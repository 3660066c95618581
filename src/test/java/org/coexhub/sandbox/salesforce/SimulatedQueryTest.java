package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.Map;

/** Finding records: SOQL by query, phone numbers and names by search. */
class SimulatedQueryTest extends SimulatedSalesforceFixture {
    private String ana;

    @BeforeEach
    void people() {
        ana = contact("Ana", "+44 7700 900-123", "447700900123");
        contact("Bea", "(202) 555-0143", null);
        contact("O'Neil", "07700 900123", null);
        org.create("Lead", Map.of("LastName", "Ana", "Company", "-", "Phone", "+447700900123"));
        org.create(
                "WhatsApp_Message__c",
                Map.of("Wamid__c", "W1", "Contact__c", ana, "Sent_At__c", "2026-11-20T09:00:00Z"));
        org.create("WhatsApp_Message__c", Map.of("Wamid__c", "w1", "Status__c", "sent"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SELECT Id FROM Contact; 3",
                "select Id from contact where lastname = 'ANA'; 1",
                "SELECT Id FROM Contact WHERE LastName = 'O\\'Neil'; 1",
                "SELECT Id FROM Contact WHERE LastName LIKE '%e%' AND NOT LastName = 'Bea'; 1",
                "SELECT Id FROM Contact WHERE LastName IN ('Ana', 'Bea', 'Carl'); 2",
                "SELECT Id FROM Contact WHERE LastName NOT IN ('Ana','Bea'); 1",
                "SELECT Id FROM Contact WHERE WhatsApp_Id__c = null; 2",
                "SELECT Id FROM Contact WHERE WhatsApp_Id__c != null AND (LastName = 'x' OR"
                        + " LastName = 'Ana'); 1",
                "SELECT Id FROM Contact WHERE IsPersonAccount = false LIMIT 2; 2",
                "SELECT Id FROM Contact ORDER BY LastName DESC LIMIT 1 OFFSET 2; 1",
                "SELECT COUNT() FROM Contact; 3",
                "SELECT Id FROM WhatsApp_Message__c WHERE Wamid__c = 'w1'; 1",
                "SELECT Id FROM WhatsApp_Message__c WHERE Sent_At__c >= 2026-11-20T10:00:00+01:00;"
                        + " 1",
                "SELECT Id FROM WhatsApp_Message__c WHERE Contact__r.LastName = 'Ana'; 1",
                "SELECT Id, Contact__r.Name FROM WhatsApp_Message__c WHERE Contact__c = null; 1"
            })
    void answersSoql(String soql, int rows) throws Exception {
        var answer = client.query(soql);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("totalSize").asInt()).isEqualTo(rows);
        assertThat(answer.json().path("done").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SELECT Nothing FROM Contact; INVALID_FIELD",
                "SELECT Id FROM Nothing; INVALID_TYPE",
                "SELECT Id FROM Contact WHERE; MALFORMED_QUERY",
                "SELECT Id FROM Contact WHERE LastName ~ 'a'; MALFORMED_QUERY",
                "SELECT Id FROM Contact WHERE LastName = Ana; INVALID_FIELD",
                "SELECT Id FROM WhatsApp_Message__c WHERE Body__c = 'a'; INVALID_FIELD",
                "SELECT Id FROM Contact GROUP BY Id; MALFORMED_QUERY"
            })
    void refusesSoqlThatIsWrong(String soql, String code) throws Exception {
        var answer = client.query(soql);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(code);
    }

    @Test
    void showsFieldsOfTheRecordReferredTo() throws Exception {
        JsonNode row =
                client.query(
                                "SELECT Wamid__c, Contact__r.Name, Contact__r.WhatsApp_Id__c FROM"
                                        + " WhatsApp_Message__c WHERE Wamid__c = 'W1'")
                        .json()
                        .path("records")
                        .path(0);

        assertThat(row.path("attributes").path("type").asText()).isEqualTo("WhatsApp_Message__c");
        assertThat(row.path("Contact__r").path("Name").asText()).isEqualTo("Ana");
        assertThat(row.path("Contact__r").path("WhatsApp_Id__c").asText())
                .isEqualTo("447700900123");
    }

    @Test
    void comesInPages() throws Exception {
        for (int i = 0; i < 250; i++) {
            org.create("Account", Map.of("Name", "Account " + i));
        }
        var first =
                client.send(
                        client.request(DATA + "/query?q=SELECT+Name+FROM+Account")
                                .header("Sforce-Query-Options", "batchSize=200"));
        JsonNode second = client.get(first.json().path("nextRecordsUrl").asText()).json();

        assertThat(first.json().path("records")).hasSize(200);
        assertThat(first.json().path("done").asBoolean()).isFalse();
        assertThat(second.path("totalSize").asInt()).isEqualTo(250);
        assertThat(second.path("records")).hasSize(50);
        assertThat(second.path("records").path(49).path("Name").asText()).isEqualTo("Account 249");
    }

    @ParameterizedTest
    @CsvSource({
        "447700900123, 1",
        "+44 7700 900123, 1",
        "7700900123, 2",
        "07700900123, 1",
        "20255501*, 1",
        "2025550143, 1",
        "900, 1",
        "0143, 1",
        "9999, 0"
    })
    void searchFindsPhonesByTheirDigits(String text, int found) throws Exception {
        JsonNode post =
                client.post(
                                DATA + "/parameterizedSearch",
                                """
                                {"q":"%s","in":"PHONE","fields":["Id"],
                                 "sobjects":[{"name":"Contact","fields":["Id","Phone"]}]}
                                """
                                        .formatted(text))
                        .json();
        JsonNode get =
                client.get(
                                DATA
                                        + "/parameterizedSearch?in=PHONE&sobject=Contact&Contact.fields=Id,Phone&q="
                                        + SalesforceClient.encoded(text))
                        .json();

        assertThat(get).isEqualTo(post);
        assertThat(post.path("searchRecords").size()).isEqualTo(found);
    }

    @Test
    void searchLooksIntoSeveralObjects() throws Exception {
        JsonNode found =
                client.get(
                                DATA
                                        + "/search?q="
                                        + SalesforceClient.encoded(
                                                "FIND {Ana} IN NAME FIELDS RETURNING Contact(Id,"
                                                    + " Name WHERE WhatsApp_Id__c != null LIMIT 5),"
                                                    + " Lead(Id)"))
                        .json()
                        .path("searchRecords");

        assertThat(found.findValuesAsText("type")).containsExactly("Contact", "Lead");
        assertThat(found.path(0).path("Id").asText()).isEqualTo(ana);
    }

    @ParameterizedTest
    @ValueSource(strings = {"find nothing", "FIND {Ana} RETURNING Nothing(Id)"})
    void refusesSoslThatIsWrong(String sosl) throws Exception {
        assertThat(client.get(DATA + "/search?q=" + SalesforceClient.encoded(sosl)).status())
                .isEqualTo(400);
    }

    private String contact(String name, String phone, String whatsAppId) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("LastName", name);
        fields.put("MobilePhone", phone);
        fields.put("WhatsApp_Id__c", whatsAppId);
        return org.create("Contact", fields);
    }
}
