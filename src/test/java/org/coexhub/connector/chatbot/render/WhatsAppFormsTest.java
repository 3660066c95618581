package org.coexhub.connector.chatbot.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatbot.render.BotReply.Choice;
import org.coexhub.connector.chatbot.render.BotReply.Choices;
import org.coexhub.connector.chatbot.render.BotReply.Kind;
import org.coexhub.connector.chatbot.render.BotReply.Link;
import org.coexhub.connector.chatbot.render.BotReply.Media;
import org.coexhub.connector.chatbot.render.BotReply.Place;
import org.coexhub.connector.chatbot.render.BotReply.Text;
import org.coexhub.outbound.command.validation.CommandForm;
import org.coexhub.outbound.command.validation.CommandJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class WhatsAppFormsTest {

    private static final String URL = "https://shop.example/a";
    private static final String LONG = "a very long title that nobody can show";

    /** What the bot says; the types it becomes; some of what is inside, by pointer into the last message. */
    static Stream<Arguments> table() {
        return Stream.of(
                row(new Text("hello"), "text", "/text/body", "hello"),
                row(new Text("  "), ""),
                row(choices("which?", 1), "interactive", "/interactive/type", "button"),
                row(
                        choices("which?", 3),
                        "interactive",
                        "/interactive/action/buttons/2/reply/id",
                        "/c3"),
                row(choices("which?", 4), "interactive", "/interactive/type", "list"),
                row(
                        choices("which?", 10),
                        "interactive",
                        "/interactive/action/sections/0/rows/9/id",
                        "/c10"),
                row(choices("which?", 4), "interactive", "/interactive/action/button", "Choose"),
                row(choices("which?", 11), "text", "/text/body", numbered(11)),
                row(choices("which?", 0), "text", "/text/body", "which?"),
                row(choices("", 2), "interactive", "/interactive/body/text", "⬇️"),
                row(
                        choices("x".repeat(1500), 2),
                        "text interactive",
                        "/interactive/type",
                        "button"),
                row(
                        new Choices("w", List.of(new Choice(LONG, "p"))),
                        "interactive",
                        "/interactive/action/buttons/0/reply/title",
                        "a very long title t…"),
                row(new Media(Kind.IMAGE, URL, "c", null), "image", "/image/caption", "c"),
                row(new Media(Kind.AUDIO, URL, "c", null), "audio text", "/text/body", "c"),
                row(
                        new Media(Kind.DOCUMENT, URL, null, "a.pdf"),
                        "document",
                        "/document/filename",
                        "a.pdf"),
                row(new Media(Kind.VIDEO, URL, "x".repeat(1025), null), "video text"),
                row(new Media(Kind.IMAGE, "data:image/png;base64,AA", null, null), "text"),
                row(new Media(Kind.IMAGE, "//host/a.png", null, null), "text"),
                row(new Link("look", "Shop", "//host/a"), "text"),
                row(
                        new Link("look", "Shop", URL),
                        "interactive",
                        "/interactive/action/parameters/url",
                        URL),
                row(new Link("call", "us", "tel:123"), "text", "/text/body", "call\nus tel:123"),
                row(new Place(52.5, 13.4, "Shop", null), "location", "/location/name", "Shop"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void eachReplyHasItsForm(BotReply reply, String types, String pointer, String value) {
        List<ObjectNode> messages = WhatsAppForms.of(List.of(reply), "Choose").messages();

        assertThat(String.join(" ", messages.stream().map(m -> m.path("type").asText()).toList()))
                .isEqualTo(types);
        if (pointer != null) {
            assertThat(messages.getLast().at(pointer).asText()).isEqualTo(value);
        }
        messages.forEach(WhatsAppFormsTest::isTakenAsACommand);
    }

    @Test
    void aTitleTooLongForARowStandsBelowIt() {
        var choices =
                IntStream.rangeClosed(1, 4).mapToObj(i -> new Choice(LONG, "/c" + i)).toList();

        JsonNode rows = only(new Choices("w", choices)).at("/interactive/action/sections/0/rows");

        assertThat(rows.get(0).path("description").asText()).isEqualTo(LONG);
        assertThat(rows.findValuesAsText("title"))
                .as("titles that cutting made the same are told apart")
                .doesNotHaveDuplicates()
                .allMatch(t -> t.codePointCount(0, t.length()) <= 24);
    }

    @Test
    void whatCannotBeAnIdIsRememberedForTheAnswer() {
        String payload = "/book{" + "x".repeat(300) + "}";

        var forms =
                WhatsAppForms.of(
                        List.of(
                                new Choices(
                                        "w",
                                        List.of(
                                                new Choice("A", payload),
                                                new Choice("B", "p"),
                                                new Choice("C", "p")))),
                        "Choose");

        JsonNode buttons = forms.messages().getFirst().at("/interactive/action/buttons");
        String first = buttons.get(0).at("/reply/id").asText();
        String third = buttons.get(2).at("/reply/id").asText();
        assertThat(forms.offered()).isEqualTo(Map.of(first, payload, third, "p"));
        assertThat(buttons.get(1).at("/reply/id").asText()).isEqualTo("p");
    }

    @Test
    void numbersOfATextAreRememberedForTheAnswer() {
        var forms = WhatsAppForms.of(List.of(choices("which?", 12)), "Choose");

        assertThat(forms.offered())
                .hasSize(12)
                .containsEntry("3", "/c3")
                .containsEntry("12", "/c12");
    }

    @Test
    void choicesWithoutWordsBelongToTheWordsBefore() {
        var forms = WhatsAppForms.of(List.of(new Text("which?"), choices("", 2)), "Choose");

        assertThat(forms.messages()).hasSize(1);
        assertThat(forms.messages().getFirst().at("/interactive/body/text").asText())
                .isEqualTo("which?");
    }

    @Test
    void aLongTextIsDividedBetweenParagraphsSentencesOrWordsAndLosesNothing() {
        String sentence = "Ünïcödé ☕ beans are roasted on Sundays. ";
        String text = sentence.repeat(150) + "\n\n" + "x".repeat(5000);

        List<String> bodies =
                WhatsAppForms.of(List.of(new Text(text)), "Choose").messages().stream()
                        .map(m -> m.at("/text/body").asText())
                        .toList();

        assertThat(bodies).allMatch(b -> b.codePointCount(0, b.length()) <= 4096);
        assertThat(bodies.getFirst()).endsWith("Sundays.");
        assertThat(String.join("", bodies).replaceAll("\\s", ""))
                .isEqualTo(text.replaceAll("\\s", ""));
    }

    private static JsonNode only(BotReply reply) {
        return WhatsAppForms.of(List.of(reply), "Choose").messages().getFirst();
    }

    private static Choices choices(String words, int count) {
        return new Choices(
                words,
                IntStream.rangeClosed(1, count)
                        .mapToObj(i -> new Choice("Choice " + i, "/c" + i))
                        .toList());
    }

    private static String numbered(int count) {
        var text = new StringBuilder("which?\n");
        IntStream.rangeClosed(1, count)
                .forEach(i -> text.append('\n').append(i).append(". Choice ").append(i));
        return text.toString();
    }

    private static Arguments row(BotReply reply, String types, String... inside) {
        return Arguments.of(
                reply,
                types,
                inside.length == 0 ? null : inside[0],
                inside.length == 0 ? null : inside[1]);
    }

    /** The hub's own rules for commands, which are Meta's. */
    private static void isTakenAsACommand(ObjectNode message) {
        ObjectNode command = message.deepCopy().put("from", "700100200300").put("to", "491701");
        CommandForm.check(CommandJson.read(command.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
