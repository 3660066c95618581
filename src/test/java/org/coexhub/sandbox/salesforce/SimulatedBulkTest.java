package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;

/** Bulk API 2.0: a job is created, filled, closed, worked off, and tells what became of each row. */
class SimulatedBulkTest extends SimulatedSalesforceFixture {
    private static final String JOBS = DATA + "/jobs/ingest";

    @Test
    void upsertsRowsAndTellsWhatBecameOfEach() throws Exception {
        org.create("Contact", Map.of("LastName", "Ana", "WhatsApp_Id__c", "44"));
        String old = org.create("WhatsApp_Message__c", Map.of("Wamid__c", "w2", "Body__c", "old"));
        String job = create("upsert", "Wamid__c");

        upload(
                job,
                """
                Wamid__c,Body__c,Contact__r.WhatsApp_Id__c
                w1,"Hello, ""you""
                there",44
                w2,#N/A,
                w3,,nobody
                """);
        assertThat(state(job)).isEqualTo("Open");
        assertThat(close(job).json().path("state").asText()).isEqualTo("UploadComplete");
        JsonNode info = awaitState(job, "JobComplete");

        assertThat(info.path("numberRecordsProcessed").asInt()).isEqualTo(3);
        assertThat(info.path("numberRecordsFailed").asInt()).isEqualTo(1);
        assertThat(org.find("WhatsApp_Message__c", "Wamid__c", "w1").get(0))
                .containsEntry("Body__c", "Hello, \"you\"\nthere")
                .containsKey("Contact__c");
        assertThat(org.record("WhatsApp_Message__c", old).orElseThrow())
                .doesNotContainKey("Body__c");
        assertThat(client.get(JOBS + "/" + job + "/successfulResults").text().lines().toList())
                .contains(
                        "\"sf__Id\",\"sf__Created\",\"Wamid__c\",\"Body__c\",\"Contact__r.WhatsApp_Id__c\"",
                        "\"" + old + "\",\"false\",\"w2\",\"#N/A\",\"\"");
        assertThat(client.get(JOBS + "/" + job + "/failedResults").text())
                .contains("\"sf__Id\",\"sf__Error\"")
                .contains("INVALID_FIELD:Foreign key external ID: nobody not found");
    }

    @Test
    void aColumnThatIsNoFieldFailsTheJobAndLeavesTheRows() throws Exception {
        String job = create("upsert", "Wamid__c");
        upload(job, "Wamid__c,Nothing__c\nw1,x\n");
        close(job);

        JsonNode info = awaitState(job, "Failed");

        assertThat(info.path("errorMessage").asText()).contains("Nothing__c");
        assertThat(client.get(JOBS + "/" + job + "/unprocessedrecords").text()).contains("\"w1\"");
        assertThat(org.records("WhatsApp_Message__c")).isEmpty();
    }

    @Test
    void lockedRowsFailWithTheirReason() throws Exception {
        salesforce.faults().lockRows(1);
        String job = create("insert", null);
        upload(job, "Wamid__c\nw1\nw2\n");
        close(job);
        awaitState(job, "JobComplete");

        assertThat(client.get(JOBS + "/" + job + "/failedResults").text())
                .contains("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--");
        assertThat(org.records("WhatsApp_Message__c")).hasSize(1);
    }

    @Test
    void refusesWhatAJobCannotDo() throws Exception {
        String form = "{\"object\":\"%s\",\"operation\":\"%s\"}";
        assertThat(client.post(JOBS, form.formatted("Nothing", "insert")).error())
                .isEqualTo("INVALIDENTITY");
        assertThat(client.post(JOBS, form.formatted("Contact", "upsert")).error())
                .isEqualTo("INVALIDJOB");
        String job = create("insert", null);
        upload(job, "Wamid__c\nw1\n");
        assertThat(upload(job, "Wamid__c\nw2\n").status()).isEqualTo(400);
        assertThat(client.patch(JOBS + "/" + job, "{\"state\":\"Aborted\"}").status())
                .isEqualTo(200);
        assertThat(close(job).error()).isEqualTo("INVALIDJOBSTATE");
        assertThat(client.delete(JOBS + "/" + job).status()).isEqualTo(204);
        assertThat(client.get(JOBS + "/" + job).status()).isEqualTo(404);
    }

    private String create(String operation, String externalId) throws Exception {
        String key = externalId == null ? "" : ",\"externalIdFieldName\":\"" + externalId + "\"";
        var created =
                client.post(
                        JOBS,
                        "{\"object\":\"WhatsApp_Message__c\",\"operation\":\""
                                + operation
                                + "\",\"contentType\":\"CSV\",\"lineEnding\":\"LF\""
                                + key
                                + "}");
        assertThat(created.status()).as(created.text()).isEqualTo(200);
        assertThat(created.json().path("state").asText()).isEqualTo("Open");
        assertThat(created.json().path("contentUrl").asText()).endsWith("/batches");
        return created.json().path("id").asText();
    }

    private SalesforceClient.Response upload(String job, String csv) throws Exception {
        return client.send(
                client.request(JOBS + "/" + job + "/batches")
                        .header("Content-Type", "text/csv")
                        .PUT(HttpRequest.BodyPublishers.ofString(csv)));
    }

    private SalesforceClient.Response close(String job) throws Exception {
        return client.patch(JOBS + "/" + job, "{\"state\":\"UploadComplete\"}");
    }

    private String state(String job) throws Exception {
        return client.get(JOBS + "/" + job).json().path("state").asText();
    }

    private JsonNode awaitState(String job, String state) throws Exception {
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> state(job).equals(state));
        return client.get(JOBS + "/" + job).json();
    }
}
