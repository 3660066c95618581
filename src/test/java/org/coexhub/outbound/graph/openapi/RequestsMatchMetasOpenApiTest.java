package org.coexhub.outbound.graph.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.graph.GraphClient;
import org.coexhub.outbound.graph.GraphResult.Accepted;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Requests of every kind, as they arrive at Graph, are as Meta's own description says. The description contradicts its own
 * examples; it is repaired in memory, and every repair is shown to be needed.
 */
class RequestsMatchMetasOpenApiTest {

    private static final String FROM = "106540352242922";
    private static final String TO = "+16505551234";
    private static final MetaDescription REPAIRED = MetaDescription.with(repair -> true);

    private final FakeGraph meta = new FakeGraph();
    private final GraphClient graph =
            new GraphClient(
                    new GraphSettings("secret", meta.url(), "v23.0", Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        graph.close();
        meta.close();
    }

    @Test
    void asPublishedNotOneOfItsOwnExamplesSatisfiesIt() {
        MetaDescription published = MetaDescription.asPublished();

        assertThat(published.examples()).hasSizeGreaterThan(40);
        assertThat(published.examples().values())
                .noneMatch(example -> published.faults(example).isEmpty());
    }

    static Stream<String> examples() {
        return REPAIRED.examples().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void repairedItIsSatisfiedByItsExample(String name) {
        assertThat(REPAIRED.faults(REPAIRED.examples().get(name))).isEmpty();
    }

    static Stream<Repair> contradictions() {
        return MetaDescription.CONTRADICTIONS.stream();
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void withoutTheRepairAnExampleFails(Repair missing) {
        MetaDescription lacking =
                MetaDescription.with(
                        repair -> repair != missing && !MetaDescription.GAPS.contains(repair));

        assertThat(lacking.examples().values())
                .as(missing.because())
                .anyMatch(example -> !lacking.faults(example).isEmpty());
    }

    static Stream<String> commands() {
        return callersCommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatTheHubSendsIsAsDescribed(String name) {
        assertThat(REPAIRED.faults(sent(callersCommands().get(name)))).isEmpty();
    }

    /** So the hub neither refuses nor changes for the worse what Meta shows to be possible. */
    @ParameterizedTest
    @MethodSource("examples")
    void theHubTakesMetasExampleAndSendsItAsDescribed(String name) {
        JsonNode request = sent((ObjectNode) filled(REPAIRED.examples().get(name)));

        assertThat(REPAIRED.faults(request)).isEmpty();
    }

    @Test
    void everyGapFilledIsUsedByWhatTheHubSends() {
        List<JsonNode> requests = callersCommands().values().stream().map(this::sent).toList();

        for (Repair missing : MetaDescription.GAPS) {
            MetaDescription lacking = MetaDescription.with(repair -> repair != missing);
            assertThat(requests)
                    .as(missing.name())
                    .anyMatch(request -> !lacking.faults(request).isEmpty());
        }
    }

    @Test
    void everyMessageTypeAndEveryDescribedKindOfInteractiveMessageIsAmongTheCommands() {
        var types = new TreeSet<String>();
        var kinds = new TreeSet<String>();
        callersCommands()
                .values()
                .forEach(
                        command -> {
                            types.add(command.path("type").asText());
                            kinds.add(command.path("interactive").path("type").asText());
                        });

        assertThat(types).containsAll(SendCommand.TYPES);
        assertThat(kinds)
                .containsAll(
                        MetaDescription.strings(
                                REPAIRED.at(
                                        "/components/schemas/InteractiveObject/properties/type/enum")));
    }

    @Test
    void everyRepairIsListedForReaders() throws IOException {
        String page = Files.readString(Path.of("docs/meta-openapi.md"));

        assertThat(MetaDescription.all())
                .allSatisfy(
                        repair ->
                                assertThat(page)
                                        .contains("| " + repair.name().split(": ")[0])
                                        .contains(repair.because().strip()));
    }

    @Test
    void noticesARequestThatIsNotAsDescribed() {
        ObjectNode request = (ObjectNode) sent(callersCommands().get("text"));

        assertThat(REPAIRED.faults(request.deepCopy().put("text", "Hello"))).isNotEmpty();
        assertThat(REPAIRED.faults(request.deepCopy().put("invented", true))).isNotEmpty();
        assertThat(REPAIRED.faults(request.deepCopy().without(List.of("to")))).isNotEmpty();
        assertThat(REPAIRED.faults(request.deepCopy().put("type", "image"))).isNotEmpty();
    }

    /** What Graph receives for a command. */
    private JsonNode sent(ObjectNode command) {
        int before = meta.received().size();
        SendCommand checked = TestCommands.command(command.toString());
        assertThat(graph.send(CommandId.next(TestClock.START), checked))
                .isInstanceOf(Accepted.class);
        assertThat(meta.received()).hasSize(before + 1);
        return meta.received().getLast().body();
    }

    private static Map<String, ObjectNode> callersCommands() {
        var commands = new TreeMap<String, ObjectNode>();
        MetaDescription.resource("commands.yaml")
                .properties()
                .forEach(
                        entry ->
                                commands.put(
                                        entry.getKey(), addressed(entry.getValue().deepCopy())));
        return commands;
    }

    private static ObjectNode addressed(ObjectNode command) {
        command.put(SendCommand.FROM, FROM);
        if (!command.has("status") && !command.has("recipient") && !command.has("to")) {
            command.put("to", TO);
        }
        return command;
    }

    /** An example with something real in the place of what only stands for a phone number or an address. */
    private static JsonNode filled(JsonNode example) {
        String json =
                example.toString()
                        .replaceAll("\"\\{\\{Recipient[^}]*\\}\\}\"", "\"" + TO + "\"")
                        .replaceAll("\"<?http\\(s\\)://[^\"]*\"", "\"https://example.org/file\"");
        return addressed(MetaDescription.object(json));
    }
}
