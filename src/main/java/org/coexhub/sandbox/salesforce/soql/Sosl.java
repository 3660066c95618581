package org.coexhub.sandbox.salesforce.soql;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SOSL search. Phone numbers are compared by their digits, as Salesforce's index does: the text asked for fits a number that ends
 * with these digits, or one of whose written groups is these digits; {@code *} at the end stands for any rest.
 *
 * @param text what to find
 * @param in {@code ALL}, {@code NAME}, {@code EMAIL}, {@code PHONE} or {@code SIDEBAR}
 */
public record Sosl(String text, String in, List<Target> targets) {
    private static final Pattern WRITTEN =
            Pattern.compile(
                    "(?is)\\s*FIND\\s*\\{(.*?)}\\s*(?:IN\\s+(ALL|NAME|EMAIL|PHONE|SIDEBAR)\\s+FIELDS)?\\s*"
                        + "(?:RETURNING\\s+(.*?))?\\s*(?:LIMIT\\s+\\d+)?\\s*");
    private static final Pattern TARGET =
            Pattern.compile("(?is)\\s*(\\w+)\\s*(?:\\(([^()]*(?:\\([^()]*\\)[^()]*)*)\\))?\\s*,?");
    private static final Pattern INSIDE =
            Pattern.compile("(?is)\\s*(.*?)(?:\\s+WHERE\\s+(.*?))?(?:\\s+LIMIT\\s+(\\d+))?\\s*");

    /** One object to look in and the fields to give back. */
    public record Target(String object, List<String> fields, String where, int limit) {}

    public static Sosl parse(String query) {
        Matcher written = WRITTEN.matcher(query);
        if (!written.matches()) {
            throw new SoqlException(
                    "MALFORMED_SEARCH",
                    "No search term found. The search term must be enclosed in braces.");
        }
        List<Target> targets = new ArrayList<>();
        Matcher each = TARGET.matcher(written.group(3) == null ? "" : written.group(3));
        while (each.find()) {
            targets.add(target(each.group(1), each.group(2)));
        }
        String in = written.group(2) == null ? "ALL" : written.group(2);
        return new Sosl(written.group(1).replaceAll("\\\\(.)", "$1"), in, targets);
    }

    private static Target target(String object, String inside) {
        Matcher parts = INSIDE.matcher(inside == null ? "Id" : inside);
        if (!parts.matches()) {
            throw new SoqlException("MALFORMED_SEARCH", "unexpected token in RETURNING " + object);
        }
        return new Target(
                object,
                Arrays.stream(parts.group(1).split(",")).map(String::strip).toList(),
                parts.group(2),
                parts.group(3) == null ? 2000 : Integer.parseInt(parts.group(3)));
    }

    public List<Row> find(SimulatedOrg org, Target target) {
        ObjectDescription object = Soql.object(org, target.object());
        target.fields().forEach(field -> Path.of(org, object, field));
        Predicate<Row> where =
                target.where() == null ? row -> true : Soql.condition(org, object, target.where());
        List<FieldDescription> searched =
                object.fields().stream().filter(this::isSearched).toList();
        Predicate<Object> fits =
                in.equalsIgnoreCase("PHONE") ? value -> phone(value) : value -> words(value);
        return org.records(object.name()).stream()
                .filter(row -> searched.stream().anyMatch(f -> fits.test(row.get(f.name()))))
                .map(fields -> new Row(org, object, fields))
                .filter(where)
                .limit(target.limit())
                .toList();
    }

    private boolean isSearched(FieldDescription field) {
        return switch (in.toUpperCase(Locale.ROOT)) {
            case "PHONE" -> field.type().equals("phone");
            case "EMAIL" -> field.type().equals("email");
            case "NAME" -> field.name().endsWith("Name");
            default -> field.isText() && !field.isReference() && !field.type().equals("id");
        };
    }

    /** Terms may be joined by OR. */
    private boolean phone(Object value) {
        return value instanceof String number
                && Arrays.stream(text.split("\\s+OR\\s+")).anyMatch(term -> phone(number, term));
    }

    private static boolean phone(String number, String term) {
        String wanted = term.replaceAll("[^0-9]", "");
        if (wanted.length() < 2) {
            return false;
        }
        String digits = number.replaceAll("[^0-9]", "");
        boolean open = term.endsWith("*");
        return open && digits.startsWith(wanted)
                || !open && digits.endsWith(wanted)
                || Arrays.asList(number.split("[^0-9]+")).contains(wanted);
    }

    private boolean words(Object value) {
        if (!(value instanceof String content)) {
            return false;
        }
        List<String> there =
                Arrays.asList(content.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
        return phoneOrNone(content)
                || Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}*]+"))
                        .filter(word -> !word.isEmpty())
                        .allMatch(
                                word ->
                                        word.endsWith("*")
                                                ? there.stream()
                                                        .anyMatch(
                                                                t ->
                                                                        t.startsWith(
                                                                                word.replace(
                                                                                        "*", "")))
                                                : there.contains(word));
    }

    /** Searching all fields finds phone numbers too. */
    private boolean phoneOrNone(String content) {
        return text.matches("[+()\\d .*/-]{4,}")
                && content.matches("[+()\\d ./-]{4,}")
                && phone(content);
    }
}
