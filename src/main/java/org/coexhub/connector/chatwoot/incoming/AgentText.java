package org.coexhub.connector.chatwoot.incoming;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Converts what an agent typed to what WhatsApp shows. Chatwoot's editor keeps Markdown and hands it to API channels as
 * it is: {@code **bold**} has to become {@code *bold*}. Read in time proportional to the length, whatever is opened and
 * never closed.
 */
final class AgentText {

    /** The longest text that Meta takes. */
    private static final int LONGEST = 4096;

    /** Nobody reads more in a chat. */
    static final int MOST_PIECES = 16;

    /** Each stretch between two ends is tried once: what may stand in it cannot be the end, so giving back is vain. */
    private static final Pattern CODE = Pattern.compile("(?s)(```.*?```|`[^`\\n]++`)");

    private static final Pattern ITALIC =
            Pattern.compile("(?<![*\\w\\\\])\\*(?![*\\s])([^*\\n]++)(?<![*\\s\\\\])\\*(?![*\\w])");

    private static final Pattern ESCAPED = Pattern.compile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!~>|<])");

    private AgentText() {}

    /** Whether it is more than goes into {@link #MOST_PIECES} messages. */
    static boolean isTooLong(String markdown) {
        return markdown.codePointCount(0, markdown.length()) > LONGEST * MOST_PIECES;
    }

    static String ofMarkdown(String markdown) {
        var text = new StringBuilder();
        var code = CODE.matcher(markdown);
        int from = 0;
        while (code.find()) {
            text.append(plain(markdown.substring(from, code.start()))).append(code.group());
            from = code.end();
        }
        return text.append(plain(markdown.substring(from))).toString().strip();
    }

    private static String plain(String markdown) {
        String text = markdown.replace("\r\n", "\n").replace("\\\n", "\n");
        text = links(text);
        text = ITALIC.matcher(text).replaceAll("_$1_");
        text = between(text, "**", '*');
        text = between(text, "~~", '~');
        return ESCAPED.matcher(text).replaceAll("$1");
    }

    /** {@code [words](address)}; words are of one line, an address is without spaces. */
    private static String links(String text) {
        var written = new StringBuilder();
        int done = 0;
        int wordsEnd = 0;
        int addressEnd = 0;
        for (int at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) {
            // Looked for from where the last look ended, or every bracket would look to the end.
            wordsEnd = next(text, Math.max(wordsEnd, at + 1), c -> c == ']' || c == '\n');
            if (wordsEnd == at + 1 || !text.startsWith("](", wordsEnd)) {
                continue;
            }
            int address = wordsEnd + 2;
            addressEnd =
                    next(text, Math.max(addressEnd, address), c -> c == ')' || isSpace((char) c));
            if (addressEnd > address && text.startsWith(")", addressEnd)) {
                String words = text.substring(at + 1, wordsEnd);
                written.append(text, done, at)
                        .append(link(words, text.substring(address, addressEnd)));
                done = addressEnd + 1;
                at = addressEnd;
            }
        }
        return written.append(text, done, text.length()).toString();
    }

    /** Words between marks that touch them, in one mark. */
    private static String between(String text, String mark, char one) {
        var written = new StringBuilder();
        int done = 0;
        int end = 0;
        for (int at = text.indexOf(mark); at >= 0 && end >= 0; ) {
            int words = at + mark.length();
            if (words < text.length() && !isSpace(text.charAt(words))) {
                end = end(text, mark, Math.max(end, words + 1));
                if (end >= 0) {
                    written.append(text, done, at).append(one).append(text, words, end).append(one);
                    done = end + mark.length();
                    at = done - 1;
                }
            }
            at = text.indexOf(mark, at + 1);
        }
        return written.append(text, done, text.length()).toString();
    }

    private static int end(String text, String mark, int from) {
        int end = text.indexOf(mark, from);
        while (end >= 0 && isSpace(text.charAt(end - 1))) {
            end = text.indexOf(mark, end + 1);
        }
        return end;
    }

    private static int next(String text, int from, IntPredicate wanted) {
        int at = from;
        while (at < text.length() && !wanted.test(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static String link(String words, String address) {
        return words.equals(address) || ("mailto:" + words).equals(address)
                ? words
                : words + " (" + address + ")";
    }

    /** Cut into pieces that Meta takes, where lines or words end. */
    static List<String> pieces(String text) {
        var pieces = new ArrayList<String>();
        String rest = text;
        while (rest.codePointCount(0, rest.length()) > LONGEST) {
            int most = rest.offsetByCodePoints(0, LONGEST);
            int end = Math.max(rest.lastIndexOf('\n', most), rest.lastIndexOf(' ', most));
            int cut = end > most / 2 ? end : most;
            pieces.add(rest.substring(0, cut).strip());
            rest = rest.substring(cut).strip();
        }
        if (!rest.isEmpty()) {
            pieces.add(rest);
        }
        return pieces;
    }
}
