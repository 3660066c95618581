package org.coexhub.connector.salesforce.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/** What an admin writes into the event, and what Meta gets. */
class SendEventMappingTest {

    private static final String ID = "5d1f1bd2-4b0e-4b2a-9c1f-2f0f3f8f7a10";

    private final ObjectMapper json = new ObjectMapper();
    private final SendEventMapping mapping = new SendEventMapping("", (from, key, caller) -> {});

    @Test
    void textBecomesATextMessage() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"Client_Ref__c":"case-17","To__c":"+44 7700 900123","Phone_Number_Id__c":"106",
                         "Kind__c":"text","Text__c":"Hello","Record_Id__c":"a0B000000000001AAA"}
                        """);

        assertThat(command)
                .isEqualTo(
                        json.readTree(
                                """
                                {"from":"106","to":"+44 7700 900123","type":"text","text":{"body":"Hello"},
                                 "hub":{"source":"crm","sourceName":"salesforce",
                                        "correlation":"sf:case-17:a0B000000000001AAA"}}
                                """));
    }

    @Test
    void aListOfParametersFillsTheTemplateInItsOrder() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Kind__c":"Template",
                         "Template__c":"appointment","Language__c":"en_GB","Params__c":"[\\"Ada\\", 12]"}
                        """);

        assertThat(command.path("template"))
                .isEqualTo(
                        json.readTree(
                                """
                                {"name":"appointment","language":{"code":"en_GB"},"components":[{"type":"body",
                                 "parameters":[{"type":"text","text":"Ada"},{"type":"text","text":"12"}]}]}
                                """));
    }

    @Test
    void namedParametersKeepTheirNamesAndAFileStandsInTheHeader() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Kind__c":"template",
                         "Template__c":"ticket","Language__c":"en","Params__c":"{\\"name\\":\\"Ada\\"}",
                         "Media_Url__c":"https://example.com/t/ticket.pdf?x=1"}
                        """);

        assertThat(command.path("template").path("components"))
                .isEqualTo(
                        json.readTree(
                                """
                                [{"type":"header","parameters":[{"type":"document",
                                  "document":{"link":"https://example.com/t/ticket.pdf?x=1"}}]},
                                 {"type":"body","parameters":[{"type":"text","text":"Ada","parameter_name":"name"}]}]
                                """));
    }

    @Test
    void parametersInMetasOwnFormGoAsTheyAre() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Template__c":"t","Language__c":"en",
                         "Params__c":"{\\"components\\":[{\\"type\\":\\"button\\",\\"sub_type\\":\\"url\\",\\"index\\":\\"0\\"}]}"}
                        """);

        assertThat(command.at("/template/components/0/sub_type").asText()).isEqualTo("url");
    }

    @Test
    void textWithATemplateFallsBackToItOutsideTheWindow() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Text__c":"Hello",
                         "Template__c":"hello","Language__c":"en"}
                        """);

        assertThat(command.path("type").asText()).isEqualTo("text");
        assertThat(command.at("/hub/fallbackTemplate/name").asText()).isEqualTo("hello");
    }

    @Test
    void aDocumentHasItsNameAndTheTextAsCaption() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Kind__c":"document",
                         "Text__c":"Your bill","Media_Url__c":"https://example.com/bills/17.pdf"}
                        """);

        assertThat(command.path("document"))
                .isEqualTo(
                        json.readTree(
                                """
                                {"link":"https://example.com/bills/17.pdf","caption":"Your bill","filename":"17.pdf"}
                                """));
    }

    @Test
    void anyOtherKindHasItsContentInTheParameters() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"GB.13491208655302741918","Phone_Number_Id__c":"106","Kind__c":"location",
                         "Params__c":"{\\"latitude\\":51.5,\\"longitude\\":-0.1}"}
                        """);

        assertThat(command.at("/location/latitude").asDouble()).isEqualTo(51.5);
        assertThat(command.path("recipient").asText()).isEqualTo("GB.13491208655302741918");
        assertThat(command.has("to")).isFalse();
    }

    @Test
    void anEventThatNamesNoNumberIsSentByTheOneOfTheSettings() {
        ObjectNode command =
                new SendEventMapping("106", (from, key, caller) -> {})
                        .command(event("{\"To__c\":\"447700900123\",\"Text__c\":\"Hello\"}"));

        assertThat(command.path("from").asText()).isEqualTo("106");
    }

    @Test
    void theKeyIsTheReferenceOrElseTheEventItself() {
        assertThat(event("{\"Client_Ref__c\":\"case-17\"}").key()).isEqualTo("salesforce:case-17");
        assertThat(event("{\"Client_Ref__c\":\" \"}").key()).isEqualTo("salesforce:" + ID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Text__c\":\"x\",\"Phone_Number_Id__c\":\"106\"} | To__c: is required",
                "{\"Text__c\":\"x\",\"To__c\":\"Ada\",\"Phone_Number_Id__c\":\"106\"} | To__c: must"
                        + " be a phone number",
                "{\"Text__c\":\"x\",\"To__c\":\"447700900123\"} | Phone_Number_Id__c: is required",
                "{\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"} | Kind__c: is"
                        + " required",
                "{\"Kind__c\":\"text\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"} |"
                        + " Text__c: is required",
                "{\"Kind__c\":\"image\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                        + " | Media_Url__c: needs",
                "{\"Kind__c\":\"image\",\"Media_Url__c\":\"x\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Media_Url__c: must be an http",
                "{\"Template__c\":\"t\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                        + " | Language__c: is required",
                "{\"Template__c\":\"t\",\"Language__c\":\"en\",\"Params__c\":\"Ada\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Params__c: must be a JSON array",
                "{\"Text__c\":\"x\",\"Hops__c\":1.5,\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Hops__c: must be a whole number",
                "{\"Kind__c\":\"hologram\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Params__c: is required",
                "{\"Kind__c\":\"hologram\",\"Params__c\":\"{\\\"id\\\":1}\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Kind__c: is not a known type; known are text",
                "{\"Kind__c\":\"image\",\"Media_Url__c\":\"//host/a.png\",\"To__c\":\"447700900123\",\"Phone_Number_Id__c\":\"106\"}"
                    + " | Media_Url__c: must be an http",
            })
    void whatIsWrongIsSaidInTheWordsOfTheEvent(String fields, String fault) {
        assertThatThrownBy(() -> mapping.command(event(fields)))
                .isInstanceOf(SendEventRefusedException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void hopsArePassedOnWithoutThePointThatNumbersOfSalesforceHave() throws Exception {
        ObjectNode command =
                command(
                        """
                        {"To__c":"447700900123","Phone_Number_Id__c":"106","Text__c":"x","Hops__c":2.0}
                        """);

        assertThat(command.path("hub").path("hops")).isEqualTo(json.readTree("2"));
    }

    @Test
    void aReferenceThatIsTooLongForAKeyIsAFault() {
        SendEvent event =
                event(
                        """
                        {"Client_Ref__c":"%s","To__c":"447700900123","Phone_Number_Id__c":"106","Text__c":"x"}
                        """
                                .formatted("r".repeat(250)));

        assertThatThrownBy(() -> mapping.command(event)).hasMessageStartingWith("Client_Ref__c: ");
    }

    @Test
    void anAddressOfAnyLengthIsReadInNoTime() {
        SendEvent event =
                event(
                        """
                        {"Kind__c":"document","Media_Url__c":"https://example.com/%s\\n\\nx",
                         "To__c":"447700900123","Phone_Number_Id__c":"106"}
                        """
                                .formatted("?".repeat(60_000)));

        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () ->
                        assertThatThrownBy(() -> mapping.command(event))
                                .isInstanceOf(SendEventRefusedException.class)
                                .hasMessageContaining("Media_Url__c"));
    }

    private ObjectNode command(String fields) {
        return mapping.command(event(fields));
    }

    private SendEvent event(String fields) {
        try {
            JsonNode tree = json.readTree(fields);
            return SendEvent.of(ID, tree);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
