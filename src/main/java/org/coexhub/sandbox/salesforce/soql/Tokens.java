package org.coexhub.sandbox.salesforce.soql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a query and a place among them. */
final class Tokens {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:('(?:[^'\\\\]|\\\\.)*')|(<=|>=|!=|<>|[=<>(),])|([^\\s=<>!(),']+))");

    private final String query;
    private final List<String> words = new ArrayList<>();
    private int at;

    Tokens(String query) {
        this.query = query;
        Matcher matcher = TOKEN.matcher(query);
        int end = 0;
        while (end < query.length() && matcher.find(end) && matcher.start() == end) {
            words.add(matcher.group().strip());
            end = matcher.end();
        }
        if (!query.substring(end).isBlank()) {
            throw SoqlException.malformed(
                    "unexpected token: '" + query.substring(end).strip() + "'");
        }
    }

    boolean atEnd() {
        return at == words.size();
    }

    /** Whether the next words are these; then they are taken. */
    boolean take(String... wanted) {
        if (at + wanted.length > words.size()) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!words.get(at + i).equalsIgnoreCase(wanted[i])) {
                return false;
            }
        }
        at += wanted.length;
        return true;
    }

    void expect(String wanted) {
        if (!take(wanted)) {
            throw unexpected();
        }
    }

    String next() {
        if (atEnd()) {
            throw SoqlException.malformed("unexpected token: <EOF>");
        }
        return words.get(at++);
    }

    int number() {
        String word = next();
        if (!word.matches("\\d{1,9}")) {
            throw SoqlException.malformed("unexpected token: '" + word + "'");
        }
        return Integer.parseInt(word);
    }

    SoqlException unexpected() {
        return SoqlException.malformed(
                "unexpected token: '"
                        + (atEnd() ? "<EOF>" : words.get(at))
                        + "' in "
                        + query.toLowerCase(Locale.ROOT));
    }
}
