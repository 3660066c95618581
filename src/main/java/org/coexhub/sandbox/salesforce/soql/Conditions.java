package org.coexhub.sandbox.salesforce.soql;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads what follows WHERE: comparisons, IN, LIKE, AND, OR, NOT, parentheses. */
final class Conditions {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    private final SimulatedOrg org;
    private final ObjectDescription object;
    private final Tokens tokens;

    Conditions(SimulatedOrg org, ObjectDescription object, Tokens tokens) {
        this.org = org;
        this.object = object;
        this.tokens = tokens;
    }

    Predicate<Row> any() {
        Predicate<Row> result = all();
        while (tokens.take("OR")) {
            result = result.or(all());
        }
        return result;
    }

    private Predicate<Row> all() {
        Predicate<Row> result = one();
        while (tokens.take("AND")) {
            result = result.and(one());
        }
        return result;
    }

    private Predicate<Row> one() {
        if (tokens.take("NOT")) {
            return one().negate();
        }
        if (tokens.take("(")) {
            Predicate<Row> inner = any();
            tokens.expect(")");
            return inner;
        }
        Path path = Path.of(org, object, tokens.next()).filterable();
        FieldDescription field = path.field();
        if (tokens.take("NOT", "IN")) {
            Set<Object> values = values(field);
            return row -> !values.contains(comparable(field, row.value(path)));
        }
        if (tokens.take("IN")) {
            Set<Object> values = values(field);
            return row -> values.contains(comparable(field, row.value(path)));
        }
        if (tokens.take("LIKE")) {
            Pattern like = like(text(tokens.next()));
            return row -> row.value(path) instanceof String s && like.matcher(s).matches();
        }
        return comparison(path, tokens.next());
    }

    private Predicate<Row> comparison(Path path, String operator) {
        FieldDescription field = path.field();
        if (!Set.of("=", "!=", "<>", "<", "<=", ">", ">=").contains(operator)) {
            throw SoqlException.malformed("unknown operator '" + operator + "'");
        }
        Object wanted = comparable(field, literal(field, tokens.next()));
        if (operator.equals("=")) {
            return row -> same(comparable(field, row.value(path)), wanted);
        }
        if (operator.equals("!=") || operator.equals("<>")) {
            return row -> !same(comparable(field, row.value(path)), wanted);
        }
        IntPredicate fits =
                switch (operator) {
                    case "<" -> order -> order < 0;
                    case "<=" -> order -> order <= 0;
                    case ">" -> order -> order > 0;
                    default -> order -> order >= 0;
                };
        return row -> {
            Object value = comparable(field, row.value(path));
            return value != null && wanted != null && fits.test(compare(value, wanted));
        };
    }

    private Set<Object> values(FieldDescription field) {
        tokens.expect("(");
        Set<Object> values = new HashSet<>();
        do {
            values.add(comparable(field, literal(field, tokens.next())));
        } while (tokens.take(","));
        tokens.expect(")");
        return values;
    }

    private static boolean same(Object a, Object b) {
        return a == null ? b == null : a.equals(b);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static int compare(Object a, Object b) {
        return ((Comparable) a).compareTo(b);
    }

    /** Text without regard to case unless the field minds it; dates as instants. */
    static Object comparable(FieldDescription field, Object value) {
        return switch (value) {
            case null -> null;
            case String s when field.type().equals("datetime") -> instant(s);
            case String s -> field.caseSensitive() ? s : s.toLowerCase(Locale.ROOT);
            case Number n -> n.doubleValue();
            default -> value;
        };
    }

    private static Object literal(FieldDescription field, String word) {
        if (word.startsWith("'")) {
            if (!field.isText()) {
                throw new SoqlException(
                        "INVALID_FIELD",
                        "value of filter criterion for field '"
                                + field.name()
                                + "' must be of type "
                                + field.type()
                                + " and should not be enclosed in quotes");
            }
            return text(word);
        }
        if (word.equalsIgnoreCase("null")) {
            return null;
        }
        if (field.isText()) {
            throw new SoqlException(
                    "INVALID_FIELD",
                    "value of filter criterion for field '"
                            + field.name()
                            + "' must be of type string and should be enclosed in quotes");
        }
        if (field.type().equals("boolean")) {
            return Boolean.parseBoolean(word);
        }
        return NUMBER.matcher(word).matches() ? Double.valueOf(word) : word;
    }

    private static String text(String quoted) {
        if (!quoted.startsWith("'")) {
            throw SoqlException.malformed("unexpected token: '" + quoted + "'");
        }
        String inner = quoted.substring(1, quoted.length() - 1);
        return inner.replace("\\n", "\n").replace("\\r", "\r").replaceAll("\\\\(.)", "$1");
    }

    private static Pattern like(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            regex.append(
                    switch (c) {
                        case '%' -> ".*";
                        case '_' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(
                regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text.replaceFirst("([+-]\\d\\d)(\\d\\d)$", "$1:$2"))
                    .toInstant();
        } catch (DateTimeException e) {
            throw SoqlException.malformed("'" + text + "' is not a time this simulation knows");
        }
    }
}
