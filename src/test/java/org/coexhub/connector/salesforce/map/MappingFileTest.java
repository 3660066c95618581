package org.coexhub.connector.salesforce.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.describe.OrgSchema;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.xml.parsers.DocumentBuilderFactory;

class MappingFileTest {

    private static final Path SHIPPED =
            Path.of("src/main/resources/org/coexhub/connector/salesforce/salesforce-mapping.yaml");
    private static final Path OBJECTS = Path.of("salesforce/force-app/main/default/objects");

    @Test
    void theShippedMappingFitsAnOrgWithTheShippedMetadata() throws Exception {
        MappingFile mapping = read(Files.readString(SHIPPED));

        assertThat(MappingCheck.of(mapping, org()).faults()).isEmpty();
        for (var map : List.of(mapping.message(), mapping.result())) {
            for (String field : map.fields().keySet()) {
                assertThat(metadata(map.object(), field)).exists();
            }
        }
        assertThat(metadata("Contact", mapping.whatsappId())).exists();
        assertThat(metadata("Lead", mapping.whatsappId())).exists();
        Document key = xml(metadata(mapping.message().object(), mapping.message().key()));
        for (String needed : List.of("externalId", "unique", "caseSensitive")) {
            assertThat(key.getElementsByTagName(needed).item(0).getTextContent()).isEqualTo("true");
        }
    }

    @Test
    void theMetadataHasEveryFieldOfTheEventsAndTheRecord() {
        OrgSchema.load().objects().stream()
                .filter(object -> object.name().startsWith("WhatsApp_"))
                .forEach(
                        object ->
                                object.fields().stream()
                                        .map(FieldDescription::name)
                                        .filter(field -> field.endsWith("__c"))
                                        .forEach(
                                                field ->
                                                        assertThat(metadata(object.name(), field))
                                                                .exists()));
    }

    @Test
    void aFaultOfTheFileIsNamedWithItsLine() throws Exception {
        assertRefused(
                "Body__c: text",
                "Body__c: texxt",
                "Body__c: no value 'texxt'; there are direction,");
        assertRefused("Body__c: text", "Body c: text", "'Body c' is not the API name of a field");
        assertRefused("review:", "revue:", "no section 'revue'");
        assertRefused("    Body__c: text", "    Type__c: text", "'Type__c' stands here twice");
        assertRefused(
                "leadPhones: [MobilePhone, Phone]",
                "leadPhones: MobilePhone",
                "a list is wanted here");
        assertRefused("  key: Wamid__c", "  kee: Wamid__c", "message lacks 'key'");
        assertRefused("    Body__c: text", "  \tBody__c: [", "not YAML");
    }

    @Test
    void whatTheOrgLacksIsNamedForTheAdmin() throws Exception {
        Map<String, JsonNode> org = org();
        field(org, "WhatsApp_Message__c", "Body__c").put("name", "Something__c");
        field(org, "WhatsApp_Message__c", "Sent_At__c").put("type", "double");
        field(org, "WhatsApp_Message__c", "Status__c").put("updateable", false);
        field(org, "WhatsApp_Message__c", "Wamid__c").put("caseSensitive", false);
        field(org, "Lead", "WhatsApp_Id__c").put("unique", false);
        org.remove("WhatsApp_Send_Result__e");

        assertThat(MappingCheck.of(read(Files.readString(SHIPPED)), org).faults())
                .hasSize(6)
                .anyMatch(f -> f.matches("line \\d+: WhatsApp_Message__c.Body__c is not there.*"))
                .anyMatch(f -> f.contains("Sent_At__c is of type double; wanted here is datetime"))
                .anyMatch(f -> f.contains("Status__c cannot be written by the hub's user"))
                .anyMatch(f -> f.contains("Wamid__c has to be case-sensitive"))
                .anyMatch(
                        f -> f.contains("Lead.WhatsApp_Id__c has to be an external id and unique"))
                .anyMatch(f -> f.startsWith("object WhatsApp_Send_Result__e is not there"));
    }

    private static void assertRefused(String line, String instead, String fault) throws Exception {
        String yaml = Files.readString(SHIPPED);
        assertThat(yaml).contains(line);
        assertThatThrownBy(() -> read(yaml.replace(line, instead)))
                .isInstanceOf(MappingFile.UnusableMappingException.class)
                .hasMessageContaining(fault);
    }

    private static MappingFile read(String yaml) {
        return MappingFile.read(new StringReader(yaml));
    }

    /** Descriptions of the simulated org's objects. */
    private static Map<String, JsonNode> org() {
        var org = new TreeMap<String, JsonNode>();
        for (ObjectDescription object : OrgSchema.load().objects()) {
            ObjectNode describe = JsonNodeFactory.instance.objectNode();
            ArrayNode fields = describe.putArray("fields");
            for (FieldDescription field : object.fields()) {
                fields.addObject()
                        .put("name", field.name())
                        .put("type", field.type())
                        .put("length", field.length())
                        .put("externalId", field.externalId())
                        .put("unique", field.unique())
                        .put("caseSensitive", field.caseSensitive())
                        .put("createable", !field.readOnly())
                        .put("updateable", !field.readOnly());
            }
            org.put(object.name(), describe);
        }
        return org;
    }

    private static ObjectNode field(Map<String, JsonNode> org, String object, String name) {
        for (JsonNode field : org.get(object).path("fields")) {
            if (field.path("name").asText().equals(name)) {
                return (ObjectNode) field;
            }
        }
        throw new AssertionError(object + " has no " + name);
    }

    private static Path metadata(String object, String field) {
        return OBJECTS.resolve(object + "/fields/" + field + ".field-meta.xml");
    }

    private static Document xml(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }
}
