package org.coexhub.sandbox.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.coexhub.sandbox.crm.CrmPanel.Message;
import org.coexhub.sandbox.crm.CrmPanel.Person;
import org.coexhub.sandbox.crm.CrmPanel.Side;
import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** What the page shows of the org, and what its agent sets off. */
class SalesforcePanelTest {
    private final SimulatedSalesforce salesforce =
            new SimulatedSalesforce(InstantSource.fixed(Instant.parse("2026-11-20T09:00:00Z")));
    private final SimulatedOrg org = salesforce.org();
    private final SalesforcePanel panel = new SalesforcePanel(salesforce, "100200300400500");
    private String ana;

    @BeforeEach
    void start() throws Exception {
        salesforce.start(0, 0);
        ana = org.create("Contact", Map.of("LastName", "Ana", "MobilePhone", "+44 7700 900123"));
    }

    @AfterEach
    void stop() {
        salesforce.close();
    }

    @Test
    void showsPeopleOfEveryKind() {
        org.create("Account", Map.of("LastName", "Priya", "PersonMobilePhone", "+44 7700 900457"));
        org.create("Lead", Map.of("LastName", "Mei", "Company", "-", "WhatsApp_Id__c", "JP.31"));

        assertThat(panel.view().people())
                .extracting(Person::kind, Person::name, Person::address, Person::known)
                .containsExactly(
                        tuple("Contact", "Ana", "+44 7700 900123", false),
                        tuple("Person account", "Priya", "+44 7700 900457", false),
                        tuple("Lead", "Mei", "JP.31", true));
    }

    @Test
    void showsMessagesOfAllSidesInTheirOrder() {
        message("w2", "Outbound", "Business App", "Yes", "2026-11-20T09:02:00Z");
        message("w1", "Inbound", "Customer", "Ready?", "2026-11-20T09:01:00Z");
        message("w3", "Outbound", "Hub", "Come by", "2026-11-20T09:03:00Z");

        assertThat(panel.view().messages())
                .extracting(Message::side, Message::text)
                .containsExactly(
                        tuple(Side.CUSTOMER, "Ready?"),
                        tuple(Side.APP, "Yes"),
                        tuple(Side.HUB, "Come by"));
    }

    @Test
    void anAgentWritesByPublishingAnEvent() {
        panel.write(ana, "Hello");

        BusEvent event = salesforce.publishes().get(0);
        assertThat(event.fields())
                .containsEntry("To__c", "+44 7700 900123")
                .containsEntry("Phone_Number_Id__c", "100200300400500")
                .containsEntry("Text__c", "Hello")
                .containsEntry("Record_Id__c", ana);
        assertThat(statuses()).containsExactly("published");

        Object reference = event.fields().get("Client_Ref__c");
        org.publish(
                "WhatsApp_Send_Result__e",
                Map.of(
                        "Client_Ref__c",
                        reference,
                        "Status__c",
                        "rejected",
                        "Error_Text__c",
                        "why"));
        assertThat(panel.view().messages().get(0).problem()).isEqualTo("why");
        assertThat(statuses()).containsExactly("rejected");

        org.create(
                "WhatsApp_Message__c",
                Map.of("Wamid__c", "w", "Client_Ref__c", reference, "Status__c", "delivered"));
        assertThat(statuses()).containsExactly("delivered");
    }

    @Test
    void ofManyMessagesTheLatestAreShown() {
        panel.write(ana, "Asked long ago");
        for (int i = 0; i < 310; i++) {
            message("w" + i, "Inbound", "Customer", "Message " + i, "2026-11-20T09:01:00Z");
        }

        assertThat(panel.view().messages())
                .hasSize(300)
                .extracting(Message::text)
                .startsWith("Message 10")
                .endsWith("Message 309");
    }

    @Test
    void nobodyCanBeWrittenToWithoutAnAddress() {
        String silent = org.create("Contact", Map.of("LastName", "Silent"));

        assertThatThrownBy(() -> panel.write(silent, "Hello")).hasMessageContaining("Silent");
        assertThatThrownBy(() -> panel.write("x", "Hello"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(salesforce.publishes()).isEmpty();
    }

    private List<String> statuses() {
        return panel.view().messages().stream().map(Message::status).toList();
    }

    private void message(String wamid, String direction, String origin, String text, String at) {
        org.create(
                "WhatsApp_Message__c",
                Map.of(
                        "Wamid__c", wamid,
                        "Direction__c", direction,
                        "Origin__c", origin,
                        "Body__c", text,
                        "Sent_At__c", at,
                        "Contact__c", ana));
    }
}
