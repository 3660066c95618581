package org.coexhub.chatwoot;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an agent typed, as WhatsApp writes it. Chatwoot's editor keeps Markdown and hands it to API channels as it is:
 * {@code **bold**} has to become {@code *bold*}.
 */
final class AgentText {

    /** The longest text that Meta takes. */
    private static final int LONGEST = 4096;

    private static final Pattern CODE = Pattern.compile("(?s)(```.*?```|`[^`\\n]+`)");
    private static final Pattern ITALIC =
            Pattern.compile("(?<![*\\w\\\\])\\*(?![*\\s])([^*\\n]+?)(?<![*\\s\\\\])\\*(?![*\\w])");
    private static final Pattern BOLD = Pattern.compile("(?s)\\*\\*(?!\\s)(.+?)(?<!\\s)\\*\\*");
    private static final Pattern STRUCK = Pattern.compile("(?s)~~(?!\\s)(.+?)(?<!\\s)~~");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]\\n]+)\\]\\(([^)\\s]+)\\)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!~>|<])");

    private AgentText() {}

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
        text = LINK.matcher(text).replaceAll(link -> quoted(link(link.group(1), link.group(2))));
        text = ITALIC.matcher(text).replaceAll("_$1_");
        text = BOLD.matcher(text).replaceAll("*$1*");
        text = STRUCK.matcher(text).replaceAll("~$1~");
        return ESCAPED.matcher(text).replaceAll("$1");
    }

    private static String link(String words, String address) {
        return words.equals(address) || ("mailto:" + words).equals(address)
                ? words
                : words + " (" + address + ")";
    }

    private static String quoted(String text) {
        return java.util.regex.Matcher.quoteReplacement(text);
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
