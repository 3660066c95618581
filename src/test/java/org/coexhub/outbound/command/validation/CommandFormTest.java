package org.coexhub.outbound.command.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandOptions.OnUnknown;
import org.coexhub.outbound.command.CommandOptions.Source;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class CommandFormTest {

    private static final String TO = "'from':'1','to':'+49 (151) 123-45',";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'type':'text','text':{'body':'Hi','preview_url':true}",
                "'text':{'body':'Hi'}",
                "'type':'text','text':{'body':'Hi'},'context':{'message_id':'wamid.X'},'messaging_product':'whatsapp'",
                "'type':'image','image':{'link':'https://example.org/a.jpg','caption':''}",
                "'type':'video','video':{'id':'123','caption':'Look'}",
                "'type':'document','document':{'id':'123','filename':'a.pdf'}",
                "'type':'audio','audio':{'id':'123','voice':true}",
                "'type':'sticker','sticker':{'id':'123'}",
                "'type':'location','location':{'latitude':'52.5','longitude':-13.4,'name':'Office'}",
                "'type':'contacts','contacts':[{'name':{'formatted_name':'Ada'},'phones':[]}]",
                "'type':'reaction','reaction':{'message_id':'wamid.X','emoji':''}",
                "'type':'template','template':{'name':'hello','language':{'code':'en'},'components':[{'type':'body'}]}",
                "'type':'interactive','interactive':{'type':'button','body':{'text':'?'},'action':{'buttons':"
                    + "[{'type':'reply','reply':{'id':'y','title':'Yes'}}]}}",
                "'type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'Open',"
                    + "'sections':[{'rows':[{'id':'1','title':'One'}]}]}}",
                "'type':'interactive','interactive':{'type':'cta_url','body':{'text':'?'},'action':{'name':'cta_url',"
                    + "'parameters':{'display_text':'Go','url':'https://example.org'}}}",
                "'type':'interactive','interactive':{'type':'flow','body':{'text':'?'},'action':{'name':'flow',"
                    + "'parameters':{'flow_cta':'Go','flow_name':'f'}}}",
                "'type':'interactive','interactive':{'type':'product','action':{'catalog_id':'1',"
                        + "'product_retailer_id':'2'}}",
                "'type':'interactive','interactive':{'type':'product_list','body':{'text':'?'},'action':"
                    + "{'catalog_id':'1','sections':[{'product_items':[{'product_retailer_id':'2'}]}]}}",
                "'type':'interactive','interactive':{'type':'location_request_message','body':{'text':'?'},"
                    + "'action':{'name':'send_location'}}",
                "'type':'interactive','interactive':{'type':'not_yet_invented','action':{}}",
                "'type':'hologram','hologram':{'id':'1'},'hub':{'unchecked':true}",
                "'type':'image','image':{'id':7},'hub':{'unchecked':true}",
                "'type':'text','text':{'body':'Hi'},'future_member':[1,{'a':null}]"
            })
    void takesWhatMetaTakes(String members) {
        assertThat(check("{" + TO + members + "}").from().value()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'to':'49151','type':'text','text':{'body':'x'}}                         | /from
                    {'from':1,'to':'49151','type':'text','text':{'body':'x'}}                | /from
                    {'from':'../2','to':'49151','type':'text','text':{'body':'x'}}           | /from
                    {'from':'1','type':'text','text':{'body':'x'}}                           | /to
                    {'from':'1','to':49151,'type':'text','text':{'body':'x'}}                | /to
                    {'from':'1','to':'Ada','type':'text','text':{'body':'x'}}                | /to
                    {'from':'1','recipient':'nobody','type':'text','text':{'body':'x'}}      | /recipient
                    {'from':'1','to':'49151','recipient_type':'all','text':{'body':'x'}}     | /recipient_type
                    {'from':'1','to':'49151','messaging_product':'sms','text':{'body':'x'}}  | /messaging_product
                    {'from':'1','to':'49151','text':{'body':'x'},'biz_opaque_callback_data':'mine'} | /biz_opaque_callback_data
                    {'from':'1','to':'49151'}                                                | /type
                    {'from':'1','to':'49151','type':7}                                       | /type
                    {'from':'1','to':'49151','type':'txet','text':{'body':'x'}}              | /type
                    {'from':'1','to':'49151','type':'text'}                                  | /text
                    {'from':'1','to':'49151','type':'text','text':'x'}                       | /text
                    {'from':'1','to':'49151','type':'text','text':{}}                        | /text/body
                    {'from':'1','to':'49151','type':'text','text':{'body':'  '}}             | /text/body
                    {'from':'1','to':'49151','type':'image','image':{}}                      | /image
                    {'from':'1','to':'49151','type':'image','image':{'link':'ftp://x/y'}}    | /image/link
                    {'from':'1','to':'49151','type':'audio','audio':{'id':'1','caption':'x'}} | /audio/caption
                    {'from':'1','to':'49151','type':'location','location':{'latitude':91,'longitude':0}} | /location/latitude
                    {'from':'1','to':'49151','type':'location','location':{'latitude':1}}    | /location/longitude
                    {'from':'1','to':'49151','type':'contacts','contacts':[]}                | /contacts
                    {'from':'1','to':'49151','type':'contacts','contacts':[{'name':{}}]}     | /contacts/0/name/formatted_name
                    {'from':'1','to':'49151','type':'reaction','reaction':{'message_id':'w'}} | /reaction/emoji
                    {'from':'1','to':'49151','type':'template','template':{'name':'n','language':{}}} | /template/language/code
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'}}} | /interactive/action
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','action':{'buttons':[]}}} | /interactive/action/buttons
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'},'action':{'buttons':[{'reply':{'id':'1','title':'xxxxxxxxxxxxxxxxxxxxx'}}]}}} | /interactive/action/buttons/0/reply/title
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'},'action':{'buttons':[{'reply':{'id':'1','title':'a'}},{'reply':{'id':'1','title':'b'}}]}}} | /interactive/action/buttons/1/reply/id
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'},'header':{'type':'text','text':'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'},'action':{'buttons':[{'reply':{'id':'1','title':'a'}}]}}} | /interactive/header/text
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'},'header':{'type':'image','image':{}},'action':{'buttons':[{'reply':{'id':'1','title':'a'}}]}}} | /interactive/header/image
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'button','body':{'text':'?'},'footer':{'text':'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'},'action':{'buttons':[{'reply':{'id':'1','title':'a'}}]}}} | /interactive/footer/text
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'xxxxxxxxxxxxxxxxxxxxx','sections':[{'rows':[{'id':'1','title':'a'}]}]}}} | /interactive/action/button
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'b','sections':[{'rows':[{'id':'1','title':'xxxxxxxxxxxxxxxxxxxxxxxxx'}]}]}}} | /interactive/action/sections/0/rows/0/title
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'b','sections':[{'rows':[{'id':'1','title':'a','description':'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'}]}]}}} | /interactive/action/sections/0/rows/0/description
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'b','sections':[{'title':'s','rows':[{'id':'1','title':'a'}]},{'rows':[{'id':'1','title':'a'}]}]}}} | /interactive/action/sections/1/title
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'list','body':{'text':'?'},'action':{'button':'b','sections':[{'title':'s','rows':[{'id':'1','title':'a'}]},{'title':'t','rows':[{'id':'1','title':'a'}]}]}}} | /interactive/action/sections/1/rows/0/id
                    {'from':'1','to':'49151','type':'interactive','interactive':{'type':'flow','body':{'text':'?'},'action':{'parameters':{'flow_cta':'Go','flow_id':'1','flow_name':'f'}}}} | /interactive/action/parameters/flow_id
                    {'from':'1','to':'49151','type':'template','template':{'name':'n','language':{'code':'en'},'components':[{'type':'button','index':0}]}} | /template/components/0/sub_type
                    {'from':'1','to':'49151','type':'template','template':{'name':'n','language':{'code':'en'},'components':[{'type':'button','sub_type':'url','index':'10'}]}} | /template/components/0/index
                    {'from':'1','to':'49151','type':'template','template':{'name':'n','language':{'code':'en'},'components':[{'type':'body','parameters':[{'text':'x'}]}]}} | /template/components/0/parameters/0/type
                    {'from':'1','to':'49151','type':'text','text':{'body':'x'},'context':{}} | /context/message_id
                    {'from':'1','status':'read'}                                             | /message_id
                    {'from':'1','status':'seen','message_id':'w'}                            | /status
                    {'from':'1','status':'read','message_id':'w','typing_indicator':{}}      | /typing_indicator/type
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':7}                    | /hub
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'source':'ghost'}}   | /hub/source
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'onUnknown':'again'}} | /hub/onUnknown
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'sendAt':'tomorrow'}} | /hub/sendAt
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'sendAt':'2026-01-01T00:00:00'}} | /hub/sendAt
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'sendAt':'2026-01-02T00:00:00Z','expiresAt':'2026-01-01T00:00:00Z'}} | /hub/expiresAt
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'hold':'yes'}}       | /hub/hold
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'hops':-1}}          | /hub/hops
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'hops':1.5}}         | /hub/hops
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'hops':'1'}}         | /hub/hops
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'expires/~At':'x'}}  | /hub/expires~1~0At
                    {'from':'1','to':'49151','text':{'body':'x'},'hub':{'fallbackTemplate':{'name':'n'}}} | /hub/fallbackTemplate/language
                    {'from':'1','to':'49151','text':{'body':'\\ud800'}}                      | /text/body
                    """)
    void pointsAtTheFault(String json, String pointer) {
        assertThatThrownBy(() -> check(json))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(CommandRefusedException.Kind.FORM);
                            assertThat(refused.faults())
                                    .extracting(Violation::pointer)
                                    .contains(pointer);
                        });
    }

    @Test
    void reportsAllFaultsAtOnce() {
        assertThatThrownBy(() -> check("{'type':'text','text':{},'hub':{'source':'x'}}"))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused ->
                                assertThat(refused.faults())
                                        .extracting(Violation::pointer)
                                        .containsExactly(
                                                "/from", "/to", "/text/body", "/hub/source"));
    }

    @Test
    void anUnknownTypeNamesTheKnownOnesAndTheWayAroundThem() {
        assertThatThrownBy(() -> check("{" + TO + "'type':'frobnicate','frobnicate':{}}"))
                .hasMessageContaining("known are text, image, video")
                .hasMessageContaining("set /hub/unchecked to true");
    }

    /** With a pointer made for each place the second one ran out of a heap of 512 MB. */
    @Test
    void tellsABoundedNumberOfFaultsOfADocumentFullOfThem() {
        String deep = ("{'" + "n".repeat(200) + "':").repeat(90) + "'\\ud800'" + "}".repeat(90);
        String wide = "{'" + "n".repeat(40_000) + "':[" + "'\\u0000',".repeat(18_000) + "0]}";

        assertThatThrownBy(() -> check("{" + TO + "'text':{'body':'x'},'a':" + deep + "}"))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused -> {
                            Violation fault = refused.faults().getFirst();
                            assertThat(fault.pointer()).startsWith("/a/nnn").hasSizeLessThan(1001);
                            assertThat(fault.detail()).startsWith("somewhere below: ");
                        });
        assertThatThrownBy(() -> check("{" + TO + "'text':{'body':'x'},'a':" + wide + "}"))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused -> {
                            assertThat(refused.faults()).hasSize(Violations.MOST + 1);
                            assertThat(refused.faults().getFirst().pointer()).isEqualTo("/a");
                            assertThat(refused.getMessage()).hasSizeLessThan(20_000);
                        });
    }

    /** The event that tells of a command is some levels deeper, and has to be readable as one. */
    @Test
    void takesWhatIsAsDeepAsCanBeToldAndNothingDeeper() {
        String deepest = "[".repeat(99) + "]".repeat(99);
        String message = "{" + TO + "'type':'text','text':{'body':'x'},'in':";

        assertThat(check(message + deepest + "}")).isNotNull();
        assertThatThrownBy(() -> check(message + "[" + deepest + "]}"))
                .hasMessageContaining("nested deeper than 100 levels");
    }

    /** What is written of it can be longer than what came, and others read it with the usual limit of 1000 digits. */
    @Test
    void refusesANumberThatWouldBeTooLongToBeReadAgain() {
        String message = "{" + TO + "'type':'text','text':{'body':'x'},'in':";

        assertThat(check(message + "1".repeat(500) + "}")).isNotNull();
        assertThatThrownBy(() -> check(message + "1".repeat(501) + "}"))
                .hasMessageContaining("more than 500 digits");
    }

    @Test
    void readsAStoredNumberThatWasLongerWrittenThanRead() {
        String stored = "{'x':1." + "1".repeat(998) + "E+1007}";

        assertThat(CommandJson.write(CommandJson.readStored(stored.replace('\'', '"'))))
                .contains("1E+1007");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "[]", "7", "null", "{'from':'1'", "{'a':1,'a':2}", "{} {}"})
    void refusesWhatIsNotOneJsonObject(String json) {
        assertThatThrownBy(() -> check(json))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused ->
                                assertThat(refused.faults())
                                        .singleElement()
                                        .extracting(Violation::pointer)
                                        .isEqualTo(""));
    }

    @Test
    void survivesNestingWithoutEnd() {
        assertThatThrownBy(() -> check("[".repeat(200_000)))
                .isInstanceOf(CommandRefusedException.class);
    }

    @Test
    void countsCharactersNotCodeUnits() {
        assertThat(check("{" + TO + "'text':{'body':'" + "\ud83d\ude00".repeat(4096) + "'}}"))
                .isNotNull();
        assertThatThrownBy(
                        () ->
                                check(
                                        "{"
                                                + TO
                                                + "'text':{'body':'"
                                                + "\ud83d\ude00".repeat(4097)
                                                + "'}}"))
                .isInstanceOf(CommandRefusedException.class);
    }

    @Test
    void allowsTenRowsAndThreeButtons() {
        String rows =
                IntStream.rangeClosed(0, 10)
                        .mapToObj(id -> "{'id':'" + id + "','title':'t'}")
                        .collect(Collectors.joining(",", "[", "]"));
        assertThatThrownBy(
                        () ->
                                check(
                                        "{"
                                                + TO
                                                + "'type':'interactive','interactive':{'type':'list','body':{'text':'?'},"
                                                + "'action':{'button':'b','sections':[{'rows':"
                                                + rows
                                                + "}]}}}"))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused ->
                                assertThat(refused.faults())
                                        .singleElement()
                                        .extracting(Violation::pointer)
                                        .isEqualTo("/interactive/action/sections"));
    }

    @Test
    void readsTheCallersWishes() {
        SendCommand command =
                check(
                        "{'from':'1','recipient':'US.13491208655302741918','type':'text','text':{'body':'x'},"
                            + "'hub':{'source':'agent','agent':'Ada','expiresAt':'2026-11-22T13:00:00+01:00','onUnknown':'resendOnce'}}");

        assertThat(command.recipient().key()).isEqualTo("US.13491208655302741918");
        assertThat(command.group()).isEqualTo("1:US.13491208655302741918");
        assertThat(command.options().source()).isEqualTo(Source.AGENT);
        assertThat(command.options().onUnknown()).isEqualTo(OnUnknown.RESEND_ONCE);
        assertThat(command.options().expiresAt()).isEqualTo("2026-11-22T12:00:00Z");
    }

    @Test
    void readsReceipts() {
        SendCommand read = check("{'from':'1','status':'read','message_id':'wamid.X'}");
        SendCommand typing =
                check(
                        "{'from':'1','status':'read','message_id':'wamid.X','typing_indicator':{'type':'text'}}");

        assertThat(read.isReceipt()).isTrue();
        assertThat(read.messageType()).isEqualTo("read");
        assertThat(typing.messageType()).isEqualTo("typing");
    }

    @Test
    void sendsToGroups() {
        SendCommand command =
                check(
                        "{'from':'1','recipient_type':'group','to':'Y2FwaV9ncm91cA','text':{'body':'x'}}");

        assertThat(command.recipient().group()).isTrue();
        assertThat(command.recipient().digits()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'a':1,'b':[1.0,true]}   | { 'b' : [1,true], 'a': 1e0 } | true
                    {'a':'\\u00e9'}          | {'a':'é'}                     | true
                    {'a':1}                  | {'a':'1'}                     | false
                    {'a':null}               | {}                            | false
                    {'a':[1,2]}              | {'a':[2,1]}                   | false
                    {'a':[1,2]}              | {'a':[12]}                    | false
                    {'a':100}                | {'a':1e2}                     | true
                    {'a':1e999999999}        | {'a':1e999999998}             | false
                    {'a':0}                  | {'a':0.000}                   | true
                    """)
    void comparesJsonByValue(String one, String other, boolean equal) {
        assertThat(CommandJson.hash(read(one)).equals(CommandJson.hash(read(other))))
                .isEqualTo(equal);
    }

    private static SendCommand check(String json) {
        return CommandForm.check(read(json));
    }

    private static ObjectNode read(String json) {
        return CommandJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
