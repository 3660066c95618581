package org.coexhub.outbound.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template asks for, what a message gives, and the fault. */
class TemplateCheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0} | {1} | {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            textBlock =
                    """
                    # the template's components                                          | the message's components                                                                    | fault
                    {'type':'BODY','text':'Hello'}                                        |                                                                                             | -
                    {'type':'BODY','text':'Hello {{1}} and {{2}}'}                        | {'type':'body','parameters':[{'type':'text'},{'type':'currency'}]}                          | -
                    {'type':'BODY','text':'Hello {{1}}, {{ 1 }}'}                         | {'type':'BODY','parameters':[{'type':'text'}]}                                              | -
                    {'type':'BODY','text':'Hello {{1}}'}                                  |                                                                                             | body that takes 1 parameter
                    {'type':'BODY','text':'Hello {{1}}'}                                  | {'type':'body','parameters':[{'type':'text'},{'type':'text'}]}                              | and 2 came
                    {'type':'BODY','text':'Hello'}                                        | {'type':'body','parameters':[{'type':'text'}]}                                              | takes 0 parameters (none)
                    {'type':'BODY','text':'Hello {{1}}'}                                  | {'type':'body','parameters':[{'type':'image'}]}                                             | text parameters only
                    {'type':'BODY','text':'Hello {{name}}'}                               | {'type':'body','parameters':[{'type':'text','parameter_name':'name'}]}                      | -
                    {'type':'BODY','text':'Hello {{name}}'}                               | {'type':'body','parameters':[{'type':'text','parameter_name':'nmae'}]}                      | give parameter_name name
                    {'type':'BODY','text':'Hello {{name}}'}                               | {'type':'body','parameters':[{'type':'text'}]}                                              | give parameter_name name
                    {'type':'HEADER','format':'IMAGE'}                                    | {'type':'header','parameters':[{'type':'image'}]}                                           | -
                    {'type':'HEADER','format':'IMAGE'}                                    | {'type':'header','parameters':[{'type':'video'}]}                                           | one parameter of type image
                    {'type':'HEADER','format':'DOCUMENT'}                                 |                                                                                             | one parameter of type document
                    {'type':'HEADER','format':'LOCATION'}                                 | {'type':'header','parameters':[{'type':'location'}]}                                        | -
                    {'type':'HEADER','format':'TEXT','text':'For {{1}}'}                  | {'type':'header','parameters':[{'type':'text'}]}                                            | -
                    {'type':'HEADER','format':'TEXT','text':'For {{1}}'}                  |                                                                                             | header that takes 1 parameter
                    {'type':'BODY','text':'Hello'}                                        | {'type':'header','parameters':[{'type':'text'}]}                                            | has no header
                    {'type':'BUTTONS','buttons':[{'type':'URL','url':'https://a/{{1}}'}]} | {'type':'button','sub_type':'url','index':'0','parameters':[{'type':'text'}]}               | -
                    {'type':'BUTTONS','buttons':[{'type':'URL','url':'https://a/{{1}}'}]} |                                                                                             | button 0 that takes one parameter of type text
                    {'type':'BUTTONS','buttons':[{'type':'URL','url':'https://a/b'}]}     |                                                                                             | -
                    {'type':'BUTTONS','buttons':[{'type':'COPY_CODE'}]}                   | {'type':'button','sub_type':'copy_code','index':0,'parameters':[{'type':'coupon_code'}]}    | -
                    {'type':'BUTTONS','buttons':[{'type':'COPY_CODE'}]}                   | {'type':'button','sub_type':'copy_code','index':0,'parameters':[{'type':'text'}]}           | parameter of type coupon_code
                    {'type':'BUTTONS','buttons':[{'type':'QUICK_REPLY'}]}                 |                                                                                             | -
                    {'type':'BUTTONS','buttons':[{'type':'QUICK_REPLY'}]}                 | {'type':'button','sub_type':'quick_reply','index':'1','parameters':[{'type':'payload'}]}    | numbered from 0
                    {'type':'CAROUSEL','cards':[]}                                        | {'type':'carousel','cards':[]}                                                              | -
                    """)
    void table(String template, String message, String fault) throws Exception {
        var stored =
                new Template(
                        "1",
                        "t",
                        "en",
                        "APPROVED",
                        null,
                        "UTILITY",
                        null,
                        template.contains("{{name}}"),
                        array(template));
        JsonNode sent = JSON.createObjectNode().set("components", array(message));

        var found = TemplateCheck.faultIn(stored, sent);

        if (fault == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValueSatisfying(said -> assertThat(said).contains(fault));
        }
    }

    private static JsonNode array(String elements) throws Exception {
        String inside = elements == null ? "" : elements;
        return JSON.readTree(("[" + inside + "]").replace('\'', '"'));
    }
}
