package org.coexhub.connector.salesforce.map;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import java.io.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The mapping as the admin wrote it.
 *
 * @param message what becomes of a message
 * @param whatsappId field of Contact and Lead with the customer's WhatsApp id, an external id
 * @param contactPhones fields of Contact that may hold the customer's number
 * @param leadPhones the same of Lead
 * @param contact a Contact made of an unknown customer
 * @param lead the same as a Lead
 * @param review the Task for a person when a customer may be several records
 * @param result the event that tells of a command of Salesforce that was not sent
 */
public record MappingFile(
        FieldMap<MessageValue> message,
        String whatsappId,
        List<String> contactPhones,
        List<String> leadPhones,
        FieldMap<PersonValue> contact,
        FieldMap<PersonValue> lead,
        FieldMap<PersonValue> review,
        FieldMap<ResultValue> result) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,79}");
    private static final Set<String> SECTIONS =
            Set.of("message", "customer", "contact", "lead", "review", "result");

    /** A fault in the file, with its line. */
    public static final class UnusableMappingException extends RuntimeException {
        UnusableMappingException(Node at, String fault) {
            this("line " + (at.getStartMark().getLine() + 1) + ": " + fault);
        }

        UnusableMappingException(String fault) {
            super(fault, null, false, false);
        }
    }

    /** @throws UnusableMappingException with the first fault */
    public static MappingFile read(Reader yaml) {
        Node root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(yaml);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new UnusableMappingException("line " + line + ": not YAML, " + e.getProblem());
        }
        Map<String, Node> sections = members(root, "the file");
        sections.forEach(
                (name, node) -> {
                    if (!SECTIONS.contains(name)) {
                        throw new UnusableMappingException(
                                node, "no section '" + name + "'; there are " + SECTIONS);
                    }
                });
        Map<String, Node> customer = members(section(sections, "customer"), "customer");
        return new MappingFile(
                map(sections, "message", true, MessageValue::of, MessageValue.words()),
                name(member(customer, "customer", "whatsappId")),
                names(member(customer, "customer", "contactPhones")),
                names(member(customer, "customer", "leadPhones")),
                map(sections, "contact", false, PersonValue::of, PersonValue.words()),
                map(sections, "lead", false, PersonValue::of, PersonValue.words()),
                map(sections, "review", false, PersonValue::of, PersonValue.words()),
                map(sections, "result", false, ResultValue::of, ResultValue.words()));
    }

    private static <V extends MappedValue> FieldMap<V> map(
            Map<String, Node> sections,
            String section,
            boolean keyed,
            Function<String, Optional<V>> values,
            String words) {
        Map<String, Node> members = members(section(sections, section), section);
        var fields = new LinkedHashMap<String, FieldMap.Source<V>>();
        members(member(members, section, "fields"), section + ".fields")
                .forEach((field, node) -> fields.put(field, source(field, node, values, words)));
        return new FieldMap<>(
                name(member(members, section, "object")),
                keyed ? name(member(members, section, "key")) : null,
                fields);
    }

    private static <V extends MappedValue> FieldMap.Source<V> source(
            String field, Node node, Function<String, Optional<V>> values, String words) {
        String text = scalar(node);
        int line = node.getStartMark().getLine() + 1;
        if (!NAME.matcher(field).matches()) {
            throw new UnusableMappingException(
                    node, "'" + field + "' is not the API name of a field");
        }
        if (text.startsWith("=")) {
            return new FieldMap.Source<>(null, text.substring(1), line);
        }
        return new FieldMap.Source<>(
                values.apply(text)
                        .orElseThrow(
                                () ->
                                        new UnusableMappingException(
                                                node,
                                                field
                                                        + ": no value '"
                                                        + text
                                                        + "'; there are "
                                                        + words
                                                        + ", and texts such as \"=WhatsApp\"")),
                null,
                line);
    }

    private static Node section(Map<String, Node> sections, String name) {
        return member(sections, "the file", name);
    }

    private static Node member(Map<String, Node> members, String of, String name) {
        Node member = members.get(name);
        if (member == null) {
            throw new UnusableMappingException(of + " lacks '" + name + "'");
        }
        return member;
    }

    private static Map<String, Node> members(Node node, String of) {
        if (!(node instanceof MappingNode mapping)) {
            throw new UnusableMappingException(of + " has to be a list of 'name: value' lines");
        }
        var members = new LinkedHashMap<String, Node>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = scalar(tuple.getKeyNode());
            if (members.put(name, tuple.getValueNode()) != null) {
                throw new UnusableMappingException(
                        tuple.getKeyNode(), "'" + name + "' stands here twice");
            }
        }
        return members;
    }

    private static List<String> names(Node node) {
        if (!(node instanceof SequenceNode list)) {
            throw new UnusableMappingException(
                    node, "a list is wanted here, such as [MobilePhone, Phone]");
        }
        var names = new ArrayList<String>();
        for (Node member : list.getValue()) {
            names.add(name(member));
        }
        return List.copyOf(names);
    }

    private static String name(Node node) {
        String name = scalar(node);
        if (!NAME.matcher(name).matches()) {
            throw new UnusableMappingException(node, "'" + name + "' is not an API name");
        }
        return name;
    }

    private static String scalar(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new UnusableMappingException(node, "a name or a text is wanted here");
    }
}
