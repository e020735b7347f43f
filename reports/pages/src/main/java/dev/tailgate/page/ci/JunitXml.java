package dev.tailgate.page.ci;

import dev.tailgate.result.gate.GateReport;
import dev.tailgate.result.gate.RuleVerdict;
import dev.tailgate.result.gate.Severity;
import dev.tailgate.result.gate.Verdict;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A gate as JUnit XML, which Jenkins, GitLab and others read: a suite with a case for each rule. A
 * rule that fails is a {@code failure}, one that is inconclusive an {@code error}, so that neither
 * is green; warnings are passed cases that say so in {@code system-out}.
 */
public final class JunitXml {
  /** What XML 1.0 has no way to write. */
  private static final Pattern FORBIDDEN =
      Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

  private JunitXml() {}

  /** The document as text, to be written as UTF-8. */
  public static String render(GateReport report) {
    StringWriter out = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      line(xml, 0);
      xml.writeStartElement("testsuites");
      line(xml, 1);
      suite(xml, report);
      line(xml, 0);
      xml.writeEndElement();
      line(xml, 0);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing JUnit XML", e);
    }
    return out.toString();
  }

  private static void suite(XMLStreamWriter xml, GateReport report) throws XMLStreamException {
    List<RuleVerdict> rules = report.rules();
    xml.writeStartElement("testsuite");
    attribute(xml, "name", "tailgate gate: " + report.model());
    attribute(xml, "tests", Integer.toString(rules.size()));
    attribute(xml, "failures", Long.toString(deciding(rules, Verdict.FAIL)));
    attribute(xml, "errors", Long.toString(deciding(rules, Verdict.INCONCLUSIVE)));
    attribute(xml, "skipped", "0");
    attribute(xml, "time", "0");
    for (RuleVerdict rule : rules) {
      line(xml, 2);
      rule(xml, report, rule);
    }
    line(xml, 1);
    xml.writeEndElement();
  }

  private static long deciding(List<RuleVerdict> rules, Verdict verdict) {
    return rules.stream()
        .filter(rule -> rule.severity() == Severity.ERROR && rule.verdict() == verdict)
        .count();
  }

  private static void rule(XMLStreamWriter xml, GateReport report, RuleVerdict rule)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute(xml, "classname", "tailgate." + rule.metric());
    attribute(xml, "name", rule.rule());
    attribute(xml, "time", "0");
    boolean decides = rule.severity() == Severity.ERROR;
    if (decides && rule.verdict() != Verdict.PASS) {
      line(xml, 3);
      xml.writeStartElement(rule.verdict() == Verdict.FAIL ? "failure" : "error");
      attribute(xml, "message", rule.sentence());
      attribute(xml, "type", rule.verdict() == Verdict.FAIL ? "bound" : "inconclusive");
      xml.writeCharacters(clean(rule.sentence() + "\nmodel: " + report.model()));
      xml.writeEndElement();
    } else {
      line(xml, 3);
      xml.writeStartElement("system-out");
      String prefix = rule.verdict() == Verdict.PASS ? "" : "warning, " + rule.verdict() + ": ";
      xml.writeCharacters(clean(prefix + rule.sentence()));
      xml.writeEndElement();
    }
    line(xml, 2);
    xml.writeEndElement();
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, clean(value));
  }

  private static void line(XMLStreamWriter xml, int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private static String clean(String text) {
    return FORBIDDEN.matcher(text).replaceAll("\ufffd");
  }
}
