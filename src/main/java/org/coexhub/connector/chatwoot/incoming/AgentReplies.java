package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatwoot.client.ChatwootMapping;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.SourceMessage;
import org.coexhub.connector.chatwoot.incoming.AgentMessage.Attachment;
import org.coexhub.connector.chatwoot.incoming.AgentMessage.Template;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.SenderCheck;
import org.coexhub.outbound.command.Violation;
import org.coexhub.outbound.command.intake.CommandIntake;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Turns an agent's message into commands: a text, or one per file, the text as the caption of the first where WhatsApp
 * has captions. A message that is read twice, from its webhook and from the API, becomes the same commands under the
 * same keys.
 */
public final class AgentReplies {

    private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png");
    private static final Set<String> FILMS = Set.of("mp4", "3gp");
    private static final Set<String> SOUNDS = Set.of("aac", "amr", "mp3", "m4a", "ogg", "opus");
    private static final int CAPTION = 1024;

    /** As the route hands the commands in. */
    private static final Caller CALLER = Caller.inside("chatwoot");

    /** In the keys of commands that an agent has ordered again. */
    static final String RETRY = ":retry:";

    private final ChatwootSettings settings;
    private final ChatwootStore store;
    private final Recipients recipients;
    private final SenderCheck senders;
    private final ObjectMapper json = new ObjectMapper();

    public AgentReplies(
            ChatwootSettings settings,
            ChatwootStore store,
            Recipients recipients,
            SenderCheck senders) {
        this.settings = settings;
        this.store = store;
        this.recipients = recipients;
        this.senders = senders;
    }

    /**
     * A file as a command names it.
     *
     * @param type such as {@code image}
     * @param member {@code link} or {@code id}
     */
    record File(String type, String member, String value, String name) {}

    /** The commands of a message, Meta being given the addresses of its files. */
    List<Reply> of(AgentMessage message) {
        return of(message, AgentReplies::byAddress);
    }

    /**
     * @param files of each attachment that is a file
     * @throws CommandRefusedException Meta would surely not take it, or nobody knows who is meant or the number that is to send
     */
    List<Reply> of(AgentMessage message, Function<Attachment, File> files) {
        return of(message, files, key(message));
    }

    /**
     * The command of a text that is to be tried again.
     *
     * @param failures how often it has failed; another failure makes another key
     * @return none for what became several messages: some of them may have arrived
     */
    List<Reply> again(AgentMessage message, int failures) {
        List<Reply> replies = of(message, AgentReplies::byAddress, key(message) + RETRY + failures);
        return replies.size() == 1 && !message.hasFiles() ? replies : List.of();
    }

    private List<Reply> of(AgentMessage message, Function<Attachment, File> files, String key) {
        List<ObjectNode> contents = contents(message, files);
        var replies = new ArrayList<Reply>();
        for (ObjectNode content : contents) {
            int part = replies.size();
            var origin =
                    new SourceMessage(
                            settings.accountId(), message.conversation(), message.id(), part);
            ObjectNode command = json.createObjectNode();
            if (!recipients.address(message, command)) {
                throw CommandRefusedException.malformed(
                        List.of(
                                new Violation(
                                        "/to",
                                        "the contact has no phone number, or HUB_CHATWOOT_INBOXES"
                                                + " names no number for its inbox")));
            }
            command.setAll(content);
            String answered = part == 0 ? answered(message) : null;
            if (answered != null) {
                command.putObject("context").put("message_id", answered);
            }
            ObjectNode hub = command.putObject("hub");
            hub.put("source", "agent").put("sourceName", ChatwootMapping.SOURCE);
            if (!message.agent().isEmpty()) {
                hub.put("agent", message.agent());
            }
            hub.put("correlation", origin.correlation());
            boolean only = contents.size() == 1;
            boolean last = part == contents.size() - 1;
            String partKey = only ? key : key + ":" + part;
            byte[] written = bytes(command);
            senders.require(CommandIntake.check(written).from(), partKey, CALLER);
            replies.add(new Reply(partKey, written, origin, last));
        }
        return replies;
    }

    String key(AgentMessage message) {
        return key(message.id());
    }

    String key(long message) {
        return "chatwoot:" + settings.accountId() + ":" + message;
    }

    private String answered(AgentMessage message) {
        if (message.answered() != null && !message.answered().isBlank()) {
            return message.answered();
        }
        return message.answeredId() == 0
                ? null
                : store.wamidOf(message.conversation(), message.answeredId()).orElse(null);
    }

    /** @return null where nobody knows */
    PhoneNumberId numberOf(AgentMessage message) {
        ObjectNode command = json.createObjectNode();
        return recipients.address(message, command)
                ? new PhoneNumberId(command.path("from").asText())
                : null;
    }

    private List<ObjectNode> contents(AgentMessage message, Function<Attachment, File> files) {
        if (message.template() != null) {
            return List.of(template(message.template()));
        }
        String written = message.content() == null ? "" : message.content();
        if (AgentText.isTooLong(written)) {
            throw CommandRefusedException.malformed(
                    List.of(
                            new Violation(
                                    "/text/body",
                                    "is longer than %d messages of WhatsApp; send it as a file"
                                            .formatted(AgentText.MOST_PIECES))));
        }
        String text = AgentText.ofMarkdown(written);
        var contents = new ArrayList<ObjectNode>();
        for (Attachment attachment : message.attachments()) {
            contents.add(attachment(attachment, files));
        }
        if (text.isEmpty()) {
            return contents;
        }
        if (!contents.isEmpty()
                && isCaptioned(contents.getFirst())
                && text.codePointCount(0, text.length()) <= CAPTION) {
            ObjectNode first = contents.getFirst();
            first.withObject("/" + first.path("type").asText()).put("caption", text);
            return contents;
        }
        var texts = new ArrayList<ObjectNode>();
        for (String piece : AgentText.pieces(text)) {
            texts.add(text(piece));
        }
        texts.addAll(contents);
        return texts;
    }

    private ObjectNode text(String words) {
        ObjectNode content = json.createObjectNode().put("type", "text");
        content.putObject("text").put("body", words);
        return content;
    }

    private static boolean isCaptioned(ObjectNode content) {
        return Set.of("image", "video", "document").contains(content.path("type").asText());
    }

    private ObjectNode attachment(Attachment attachment, Function<Attachment, File> files) {
        if ("location".equals(attachment.kind())) {
            ObjectNode content = json.createObjectNode().put("type", "location");
            ObjectNode location = content.putObject("location");
            location.put("latitude", attachment.latitude());
            location.put("longitude", attachment.longitude());
            if (attachment.title() != null) {
                location.put("name", attachment.title());
            }
            return content;
        }
        if (!attachment.isFile()) {
            return text(attachment.title() == null ? attachment.address() : attachment.title());
        }
        File file = files.apply(attachment);
        ObjectNode content = json.createObjectNode().put("type", file.type());
        ObjectNode media = content.putObject(file.type()).put(file.member(), file.value());
        if ("document".equals(file.type()) && !file.name().isEmpty()) {
            media.put("filename", file.name());
        }
        return content;
    }

    private static File byAddress(Attachment attachment) {
        String address = attachment.address();
        String name = fileName(address);
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String kind = attachment.kind();
        String type =
                switch (kind) {
                    case "image" -> PICTURES.contains(ending) ? kind : "document";
                    case "video" -> FILMS.contains(ending) ? kind : "document";
                    case "audio" -> SOUNDS.contains(ending) ? kind : "document";
                    default -> "document";
                };
        return new File(type, "link", address, name);
    }

    /** Chatwoot's addresses of files end in the file's name. */
    static String fileName(String address) {
        try {
            String path = URI.create(address).getRawPath();
            String last = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
            return URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notAnAddress) {
            return "";
        }
    }

    private ObjectNode template(Template chosen) {
        ObjectNode content = json.createObjectNode().put("type", "template");
        ObjectNode template = content.putObject("template");
        template.put("name", chosen.name());
        template.putObject("language").put("code", chosen.language());
        var values = new TreeMap<String, String>(AgentReplies::byPlace);
        values.putAll(chosen.values());
        if (!values.isEmpty()) {
            ObjectNode component = template.putArray("components").addObject().put("type", "body");
            ArrayNode parameters = component.putArray("parameters");
            values.forEach(
                    (name, value) -> {
                        ObjectNode parameter = parameters.addObject().put("type", "text");
                        if (!isPlace(name)) {
                            parameter.put("parameter_name", name);
                        }
                        parameter.put("text", value);
                    });
        }
        return content;
    }

    private static boolean isPlace(String name) {
        return name.matches("[0-9]{1,4}");
    }

    private static int byPlace(String a, String b) {
        return isPlace(a) && isPlace(b)
                ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b))
                : a.compareTo(b);
    }

    private byte[] bytes(ObjectNode command) {
        try {
            return json.writeValueAsBytes(command);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
