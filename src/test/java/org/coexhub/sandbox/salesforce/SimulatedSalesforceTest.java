package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.sandbox.salesforce.org.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** OAuth, single records, limits and faults, as the REST API's documentation has them. */
class SimulatedSalesforceTest extends SimulatedSalesforceFixture {
    private static final String MESSAGES = DATA + "/sobjects/WhatsApp_Message__c";

    @Test
    void logsInByClientCredentials() throws Exception {
        JsonNode login = client.login();

        assertThat(login.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(login.path("instance_url").asText()).isEqualTo(salesforce.url().toString());
        assertThat(login.path("id").asText())
                .matches(salesforce.url() + "/id/00D\\w{15}/005\\w{15}");
        assertThat(login.path("issued_at").asText()).isEqualTo("1795165200000");
        assertThat(client.get(DATA + "/limits").status()).isEqualTo(200);
    }

    @Test
    void logsInByPasswordAndByRefreshToken() throws Exception {
        Map<String, String> app =
                Map.of(
                        "client_id", salesforce.clientId(),
                        "client_secret", salesforce.clientSecret());
        var password = new HashMap<>(app);
        password.put("grant_type", "password");
        password.put("username", salesforce.username());
        password.put("password", salesforce.password());
        var refresh = new HashMap<>(app);
        refresh.put("grant_type", "refresh_token");
        refresh.put("refresh_token", salesforce.refreshToken());

        assertThat(client.form("/services/oauth2/token", password).status()).isEqualTo(200);
        assertThat(client.form("/services/oauth2/token", refresh).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, simulated-client-secret, client_credentials, invalid_client_id",
        "3MVG9simulated.connected.app, wrong, client_credentials, invalid_client",
        "3MVG9simulated.connected.app, simulated-client-secret, password, invalid_grant",
        "3MVG9simulated.connected.app, simulated-client-secret, refresh_token, invalid_grant",
        "3MVG9simulated.connected.app, simulated-client-secret, guess, unsupported_grant_type"
    })
    void refusesAWrongLogin(String id, String secret, String grant, String error) throws Exception {
        var answer =
                client.form(
                        "/services/oauth2/token",
                        Map.of("client_id", id, "client_secret", secret, "grant_type", grant));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").asText()).isEqualTo(error);
        assertThat(answer.json().path("error_description").asText()).isNotEmpty();
    }

    @Test
    void aRevokedTokenIsOfNoUse() throws Exception {
        assertThat(client.get("/services/oauth2/userinfo").status()).isEqualTo(200);

        client.get("/services/oauth2/revoke?token=" + SalesforceClient.encoded(client.token()));

        assertThat(client.get(DATA + "/limits").error()).isEqualTo("INVALID_SESSION_ID");
    }

    @Test
    void upsertsByExternalIdCreatedThenUpdated() throws Exception {
        String url = MESSAGES + "/Wamid__c/" + SalesforceClient.encoded("wamid.HBg+/a==");

        var created = client.patch(url, "{\"Body__c\":\"Hello\",\"Status__c\":\"received\"}");
        var updated = client.patch(url, "{\"Status__c\":\"read\",\"Body__c\":null}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("created").asBoolean()).isTrue();
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().path("id")).isEqualTo(created.json().path("id"));
        assertThat(org.records("WhatsApp_Message__c"))
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row)
                                    .containsEntry("Wamid__c", "wamid.HBg+/a==")
                                    .containsEntry("Status__c", "read")
                                    .doesNotContainKey("Body__c");
                            assertThat((String) row.get("Id")).hasSize(18).startsWith("a00");
                        });
    }

    @Test
    void wamidsThatDifferInLetterCaseOnlyAreTwoMessagesButWhatsAppIdsAreOne() throws Exception {
        client.patch(MESSAGES + "/Wamid__c/wamid.a", "{}");
        client.patch(MESSAGES + "/Wamid__c/wamid.A", "{}");
        String contact = DATA + "/sobjects/Contact/WhatsApp_Id__c/";
        client.patch(contact + "GB.abc", "{\"LastName\":\"Ana\"}");
        var second = client.patch(contact + "GB.ABC", "{\"LastName\":\"Ana R\"}");

        assertThat(org.records("WhatsApp_Message__c")).hasSize(2);
        assertThat(second.json().path("created").asBoolean()).isFalse();
    }

    @Test
    void refersToOtherRecordsByTheirExternalId() throws Exception {
        String contact =
                org.create("Contact", Map.of("LastName", "Ana", "WhatsApp_Id__c", "447700900123"));
        String reference = "{\"Contact__r\":{\"WhatsApp_Id__c\":\"%s\"}}";

        client.patch(MESSAGES + "/Wamid__c/w1", reference.formatted("447700900123"));
        var unknown = client.patch(MESSAGES + "/Wamid__c/w2", reference.formatted("1"));

        assertThat(org.find("WhatsApp_Message__c", "Wamid__c", "w1").get(0))
                .containsEntry("Contact__c", contact);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.message()).startsWith("Foreign key external ID: 1 not found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Contact; {\"FirstName\":\"Ana\"}; REQUIRED_FIELD_MISSING; LastName",
                "Contact; {\"LastName\":\"Ana\",\"Fax\":\"1\"}; INVALID_FIELD; No such column"
                        + " 'Fax'",
                "Contact; {\"LastName\":5}; JSON_PARSER_ERROR; VALUE_NUMBER_INT",
                "Contact; {\"LastName\":; JSON_PARSER_ERROR; Unexpected",
                "Contact; {\"LastName\":\"A\",\"IsPersonAccount\":true};"
                        + " INVALID_FIELD_FOR_INSERT_UPDATE; IsPersonAccount",
                "Contact; {\"LastName\":\"A\",\"AccountId\":\"001Hb0000000009AAA\"};"
                        + " INVALID_CROSS_REFERENCE_KEY; invalid cross",
                "Contact; {\"LastName\":\"A\",\"AccountId\":\"x\"}; MALFORMED_ID; id value of"
                        + " incorrect type",
                "WhatsApp_Message__c; {\"Sent_At__c\":\"yesterday\"}; JSON_PARSER_ERROR; datetime"
            })
    void refusesARecordThatDoesNotFit(String type, String body, String code, String message)
            throws Exception {
        var answer = client.post(DATA + "/sobjects/" + type, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(code);
        assertThat(answer.message()).contains(message);
        assertThat(org.records(type)).isEmpty();
    }

    @Test
    void textHasALongestLengthAndUniqueValuesAreUnique() throws Exception {
        var tooLong = client.post(MESSAGES, "{\"Wamid__c\":\"" + "w".repeat(256) + "\"}");
        client.post(MESSAGES, "{\"Wamid__c\":\"w\"}");
        var twice = client.post(MESSAGES, "{\"Wamid__c\":\"w\"}");

        assertThat(tooLong.error()).isEqualTo("STRING_TOO_LONG");
        assertThat(tooLong.json().path(0).path("fields").path(0).asText()).isEqualTo("Wamid__c");
        assertThat(twice.error()).isEqualTo("DUPLICATE_VALUE");
    }

    @Test
    void readsUpdatesAndDeletesById() throws Exception {
        String id =
                client.post(DATA + "/sobjects/Lead", "{\"LastName\":\"Mei\",\"Company\":\"-\"}")
                        .json()
                        .path("id")
                        .asText();
        String url = DATA + "/sobjects/Lead/" + id;

        assertThat(client.patch(url, "{\"MobilePhone\":\"+81 90\"}").status()).isEqualTo(204);
        var read = client.get(url + "?fields=Name,MobilePhone,Email");
        assertThat(read.json().path("Name").asText()).isEqualTo("Mei");
        assertThat(read.json().path("MobilePhone").asText()).isEqualTo("+81 90");
        assertThat(read.json().path("Email").isNull()).isTrue();
        assertThat(read.json().path("attributes").path("url").asText()).endsWith(id);
        assertThat(client.delete(url).status()).isEqualTo(204);
        assertThat(client.get(url).error()).isEqualTo("NOT_FOUND");
    }

    @Test
    void aPersonAccountHasAContactBesideIt() throws Exception {
        client.post(
                DATA + "/sobjects/Account",
                "{\"FirstName\":\"Ana\",\"LastName\":\"Ribeiro\",\"PersonMobilePhone\":\"+44\"}");

        var account = org.records("Account").get(0);
        assertThat(account)
                .containsEntry("IsPersonAccount", true)
                .containsEntry("Name", "Ana Ribeiro");
        assertThat(org.record("Contact", (String) account.get("PersonContactId")).orElseThrow())
                .containsEntry("IsPersonAccount", true)
                .containsEntry("MobilePhone", "+44")
                .containsEntry("AccountId", account.get("Id"));
    }

    @Test
    void describesObjectsAndFields() throws Exception {
        JsonNode described = client.get(MESSAGES + "/describe").json();

        assertThat(described.path("fields")).isNotEmpty();
        for (JsonNode field : described.path("fields")) {
            if (field.path("name").asText().equals("Wamid__c")) {
                assertThat(field.path("externalId").asBoolean()).isTrue();
                assertThat(field.path("caseSensitive").asBoolean()).isTrue();
                assertThat(field.path("length").asInt()).isEqualTo(255);
            }
        }
        assertThat(client.get(DATA + "/sobjects").json().path("sobjects")).hasSizeGreaterThan(6);
        assertThat(client.get(DATA + "/sobjects/Nothing__c/describe").status()).isEqualTo(404);
        assertThat(client.get("/services/data").json().findValuesAsText("version"))
                .contains("62.0");
    }

    @Test
    void publishesAPlatformEventByRest() throws Exception {
        var answer =
                client.post(
                        DATA + "/sobjects/WhatsApp_Send_Result__e",
                        "{\"Client_Ref__c\":\"r1\",\"Status__c\":\"sent\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("errors").path(0).path("statusCode").asText())
                .isEqualTo("OPERATION_ENQUEUED");
        assertThat(salesforce.publishes())
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.channel()).isEqualTo("/event/WhatsApp_Send_Result__e");
                            assertThat(event.fields()).containsEntry("Client_Ref__c", "r1");
                        });
    }

    @Test
    void countsCallsAgainstTheDailyAllocation() throws Exception {
        salesforce.apiCallsPerDay(3);
        client.get(DATA + "/limits");

        var limits = client.get(DATA + "/limits");
        assertThat(limits.json().path("DailyApiRequests").path("Max").asInt()).isEqualTo(3);
        assertThat(limits.json().path("DailyApiRequests").path("Remaining").asInt()).isEqualTo(1);
        assertThat(limits.headers()).containsEntry("sforce-limit-info", "api-usage=2/3");
        client.get(DATA + "/limits");
        var over = client.get(DATA + "/limits");
        assertThat(over.status()).isEqualTo(403);
        assertThat(over.error()).isEqualTo("REQUEST_LIMIT_EXCEEDED");

        pass(Duration.ofHours(25));
        client.login();
        assertThat(client.get(DATA + "/limits").status()).isEqualTo(200);
        assertThat(salesforce.apiCalls()).isEqualTo(4);
    }

    @Test
    void anExpiredSessionIsRefusedUntilTheNextLogin() throws Exception {
        salesforce.faults().expireSessions();
        var refused = client.get(DATA + "/limits");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.error()).isEqualTo("INVALID_SESSION_ID");

        client.login();
        assertThat(client.get(DATA + "/limits").status()).isEqualTo(200);
        pass(Duration.ofHours(3));
        assertThat(client.get(DATA + "/limits").status()).isEqualTo(401);
    }

    @Test
    void lockedAndRefusedRecordsAreToldApart() throws Exception {
        salesforce.faults().lockRows(1);
        salesforce
                .faults()
                .refuse(
                        fields -> "bad".equals(fields.get("Body__c")),
                        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                        "No bad words");

        var locked = client.patch(MESSAGES + "/Wamid__c/w1", "{}");
        var refused = client.patch(MESSAGES + "/Wamid__c/w1", "{\"Body__c\":\"bad\"}");
        var saved = client.patch(MESSAGES + "/Wamid__c/w1", "{\"Body__c\":\"good\"}");

        assertThat(locked.error()).isEqualTo("UNABLE_TO_LOCK_ROW");
        assertThat(refused.error()).isEqualTo("FIELD_CUSTOM_VALIDATION_EXCEPTION");
        assertThat(saved.status()).isEqualTo(201);
    }

    @Test
    void outagesCutsAndLostAnswers() throws Exception {
        salesforce.faults().unavailable(true);
        assertThat(client.get(DATA + "/limits").status()).isEqualTo(503);
        salesforce.faults().unavailable(false);

        salesforce.faults().cutConnections(true);
        assertThatThrownBy(() -> client.patch(MESSAGES + "/Wamid__c/w1", "{}"))
                .isInstanceOf(IOException.class);
        assertThat(org.records("WhatsApp_Message__c")).isEmpty();
        salesforce.faults().cutConnections(false);

        salesforce.faults().answerLostAfterCommit(1);
        assertThatThrownBy(() -> client.patch(MESSAGES + "/Wamid__c/w1", "{}"))
                .isInstanceOf(IOException.class);
        assertThat(org.records("WhatsApp_Message__c")).hasSize(1);
        assertThat(client.patch(MESSAGES + "/Wamid__c/w1", "{}").status()).isEqualTo(200);

        assertThat(salesforce.calls())
                .extracting(Call::status, Call::answered)
                .containsSubsequence(
                        tuple(503, true), tuple(0, false), tuple(201, false), tuple(200, true));
    }

    @Test
    void bodiesMayBeCompressed() throws Exception {
        var zipped = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(zipped)) {
            out.write("{\"LastName\":\"Ana\"}".getBytes(StandardCharsets.UTF_8));
        }

        var answer =
                client.send(
                        client.request(DATA + "/sobjects/Contact")
                                .header("Content-Encoding", "gzip")
                                .POST(
                                        HttpRequest.BodyPublishers.ofByteArray(
                                                zipped.toByteArray())));

        assertThat(answer.status()).isEqualTo(201);
    }
}
