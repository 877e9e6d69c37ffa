(function () {
  "use strict";
  var root = document.documentElement;
  var dialog = document.getElementById("drill");
  var FIRST = innerWidth < 720 ? 15 : 40;
  var PAGE = 100;
  var LEVELS = ["critical", "high", "medium", "low", "info"];
  var COLOURS = { r: "red", a: "amber", g: "green", u: "unknown" };
  var data = null;
  var tables = {};
  var opener = null;
  var returning = null;
  root.classList.add("js");

  // ---- small builders: text only, never markup ----
  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== undefined) node.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) {
      node.append(child);
    });
    return node;
  }
  function fill(text, one, two) {
    return text.replace(/%([12])/g, function (_, n) {
      return n === "1" ? one : two;
    });
  }
  function number(value) {
    return value.toLocaleString(root.lang);
  }
  function badge(colour) {
    return el("span", { class: "badge " + colour }, [el("i", { "aria-hidden": "true" }), data.colours[colour]]);
  }
  function link(url, text) {
    return el("a", { href: url, rel: "noreferrer" }, [text]);
  }
  function projectLink(n, named) {
    var key = data.projects.text[0][n];
    var name = data.projects.names[n];
    var words = [el("b", {}, [key])];
    if (named && name !== key) words.push(" " + name);
    // where the page is served, or is the first of a folder, a project has a page of its own
    var to = data.base !== null
      ? { href: data.base + "/projects/" + encodeURIComponent(key) }
      : { href: data.pages ? data.pages[n] : "#" + encodeURIComponent(key), "data-key": key };
    return el("a", Object.assign({ class: "project" }, to), words);
  }
  function mark(state, text) {
    return el("span", { class: state }, [el("i", { "aria-hidden": "true" }), text]);
  }
  function from(n) {
    var parts = data.projects.from[n].map(function (origin, i) {
      var dot = i ? [el("span", { class: "dot" }, [" · "])] : [];
      return dot.concat(mark(origin[0], origin[1]));
    });
    if (!parts.length) return [];
    return [el("span", { class: "from" }, [el("span", { class: "unseen" }, [data.words.sources + data.words.colon])].concat(parts.flat()))];
  }
  function ruleLink(rule) {
    return data.base === null ? rule : el("a", { href: data.base + "/rules/" + encodeURIComponent(rule) }, [rule]);
  }
  function severity(level) {
    return el("span", { class: "severity " + LEVELS[level] }, [el("i", { "aria-hidden": "true" }), data.severities[level]]);
  }

  // ---- theme: the reader's system decides until the button is used ----
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // ---- data: deflated JSON in base 85 (of Python, with a comma for the one sign that opens elements) ----
  var SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
  function bytesOf(text) {
    var values = new Uint8Array(128);
    for (var v = 0; v < 85; v++) values[SIGNS.charCodeAt(v)] = v;
    var out = new Uint8Array(Math.ceil(text.length / 5) * 4);
    for (var at = 0, to = 0; at < text.length; at += 5) {
      var word = 0;
      for (var n = 0; n < 5; n++) word = word * 85 + (at + n < text.length ? values[text.charCodeAt(at + n)] : 84);
      out[to++] = word / 16777216;
      out[to++] = word >>> 16;
      out[to++] = word >>> 8;
      out[to++] = word;
    }
    return out.subarray(0, Math.floor((text.length * 4) / 5));
  }
  function unpack() {
    var bytes = bytesOf(document.getElementById("data").textContent.trim());
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }

  // ---- what a row of each table is ----
  function projectRow(n) {
    var p = data.projects;
    var cells = p.kinds.map(function (kind, c) {
      var text = p.text[c][n];
      if (kind === "project") return el("th", { scope: "row", abbr: text }, [projectLink(n, true)].concat(from(n)));
      if (kind === "colour") return el("td", {}, [badge(text)]);
      return el("td", { class: kind === "number" ? "num" : null }, [text]);
    });
    return el("tr", { class: p.closed.includes(n) ? "closed" : null }, cells);
  }
  function itemLink(n) {
    var f = data.findings;
    var to = f.link[n];
    var text = f.item[n] || "–";
    if (to === null) return text;
    return link(typeof to === "number" ? f.bases[to] + text : to, text);
  }
  function waived(text) {
    return el("span", { class: "waived" }, [el("i", { "aria-hidden": "true" }), text]);
  }
  function noted(note) {
    return fill(data.words.noted, note);
  }
  function due(n) {
    var f = data.findings;
    if (f.due[n] < 0) return ["–"];
    var late = f.flag[n] & 4 ? [" ", el("b", { class: "bad" }, [data.words.overdue])] : [];
    return [f.dues[f.due[n]]].concat(late);
  }
  function toMend(n) {
    var f = data.findings;
    var owner = f.owners[f.owner[n]];
    var day = f.due[n] < 0 ? [] : [data.words.fixBy + data.words.colon].concat(due(n));
    if (!owner && !day.length) return [];
    return [el("span", { class: "note" }, [owner].concat(owner && day.length ? " · " : "", day))];
  }
  function findingText(n) {
    var f = data.findings;
    var rule = f.rules[f.rule[n]];
    var notes = [];
    if (f.flag[n] & 1) notes.push(data.words.observed);
    if (f.flag[n] & 2) notes.push(data.words.stale);
    var text = f.message[n] || (data.rules[rule] || [rule])[0];
    if (data.base !== null) text = el("a", { href: data.base + "/findings/" + f.ids[n] }, [text]);
    var parts = notes.length ? [text, el("span", { class: "quiet" }, [" " + notes.map(noted).join(" ")])] : [text];
    var waiver = f.waived[n];
    return waiver ? parts.concat(" ", waived(fill(data.words.waived, waiver[0], waiver[1]))) : parts;
  }
  function evidence(n, most) {
    var lines = data.findings.evidence[n] || [];
    return lines.slice(0, most).map(function (line) {
      return el("span", { class: "evidence" }, [line]);
    });
  }
  function findingRow(n) {
    var f = data.findings;
    var rule = f.rules[f.rule[n]];
    var project = f.project[n] < 0 ? "–" : projectLink(f.project[n], false);
    return el("tr", {}, [
      el("td", {}, [severity(f.severity[n])]),
      el("td", { title: (data.rules[rule] || [""])[0] }, [ruleLink(rule)]),
      el("td", { class: "text" }, findingText(n).concat(evidence(n, 1))),
      el("td", {}, [project]),
      el("td", {}, [itemLink(n)]),
      el("td", {}, [f.owners[f.owner[n]] || "–"]),
      el("td", { class: "num" }, due(n)),
      el("td", { class: "num" }, [f.age[n] === null ? "–" : fill(data.words.days, number(f.age[n]))])
    ]);
  }
  function findingSort(column, n) {
    var f = data.findings;
    var value = [f.severity, f.rule, f.message, f.project, f.item, f.owner, f.due, f.age][column][n];
    if (column === 5) return f.owners[value] || null;
    return column === 6 && value < 0 ? null : value;
  }
  function findingSearch(n) {
    var f = data.findings;
    var key = f.project[n] < 0 ? "" : data.projects.text[0][f.project[n]] + " " + data.projects.names[f.project[n]];
    return [f.rules[f.rule[n]], f.message[n], f.item[n], f.owners[f.owner[n]], key].join(" ").toLowerCase();
  }

  // ---- one table: filter, sort, show a page at a time ----
  function Table(section, source) {
    this.section = section;
    this.source = source;
    this.body = section.querySelector("tbody");
    this.more = section.querySelector(".more");
    this.count = section.querySelector(".count");
    this.filters = section.querySelectorAll("[data-filter]");
    this.column = null;
    this.down = false;
    this.rows = [];
    var self = this;
    this.filters.forEach(function (field) {
      field.addEventListener("input", function () {
        self.apply();
      });
    });
    this.more.addEventListener("click", function () {
      var next = self.shown;
      self.draw(self.shown + PAGE);
      var row = self.body.rows[next];
      var target = row && row.querySelector("a");
      if (target) target.focus();
    });
    section.querySelectorAll("thead th").forEach(function (head, column) {
      var button = el("button", { type: "button", class: "sort" }, [head.textContent]);
      head.replaceChildren(button);
      button.addEventListener("click", function () {
        self.down = self.column === column ? !self.down : false;
        self.column = column;
        section.querySelectorAll("thead th").forEach(function (other) {
          other.removeAttribute("aria-sort");
        });
        head.setAttribute("aria-sort", self.down ? "descending" : "ascending");
        self.apply();
      });
    });
    this.apply();
  }
  Table.prototype.apply = function () {
    var wanted = {};
    this.filters.forEach(function (field) {
      if (field.value.trim()) wanted[field.dataset.filter] = field.value.trim().toLowerCase();
    });
    var rows = [];
    for (var n = 0; n < this.source.size; n++) if (this.source.keep(n, wanted)) rows.push(n);
    if (this.column !== null) this.sort(rows);
    this.rows = rows;
    this.draw(FIRST);
  };
  Table.prototype.sort = function (rows) {
    var value = this.source.order.bind(null, this.column);
    var sign = this.down ? -1 : 1;
    rows.sort(function (a, b) {
      var x = value(a);
      var y = value(b);
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1; // unknown stays last either way
      var less = typeof x === "string" ? x.localeCompare(y, root.lang, { numeric: true }) : x - y;
      return sign * less || a - b;
    });
  };
  Table.prototype.draw = function (count) {
    this.shown = Math.min(count, this.rows.length);
    var build = this.source.row;
    var rows = this.rows.slice(0, this.shown).map(build);
    if (!rows.length) rows = [el("tr", {}, [el("td", { colspan: "15", class: "empty" }, [data.words.none])])];
    this.body.replaceChildren.apply(this.body, rows);
    this.more.hidden = this.shown >= this.rows.length;
    this.count.textContent = fill(data.words.shown, number(this.rows.length), number(this.source.size));
  };
  Table.prototype.set = function (values) {
    this.filters.forEach(function (field) {
      field.value = values[field.dataset.filter] || "";
    });
    this.apply();
    this.section.scrollIntoView();
  };

  function projectSource() {
    var p = data.projects;
    var programme = p.text[p.at.programme];
    var computed = p.text[p.at.computed];
    var search = p.names.map(function (name, n) {
      return [p.text[0][n], name, programme[n], p.text[p.at.manager][n]].join(" ").toLowerCase();
    });
    var rank = { red: 0, amber: 1, green: 2, unknown: null };
    return {
      size: p.text[0].length,
      row: projectRow,
      keep: function (n, wanted) {
        return (
          (!wanted.text || search[n].includes(wanted.text)) &&
          (!wanted.programme || programme[n].toLowerCase() === wanted.programme) &&
          (!wanted.computed || computed[n] === wanted.computed)
        );
      },
      order: function (column, n) {
        if (p.kinds[column] === "number") return p.order[column][n];
        return p.kinds[column] === "colour" ? rank[p.text[column][n]] : p.text[column][n];
      }
    };
  }
  function findingSource() {
    var f = data.findings;
    var search = null;
    return {
      size: f.rule.length,
      row: findingRow,
      keep: function (n, wanted) {
        if (wanted.rule && f.rules[f.rule[n]].toLowerCase() !== wanted.rule) return false;
        if (wanted.severity && String(f.severity[n]) !== wanted.severity) return false;
        if (!wanted.text) return true;
        if (!search) search = f.rule.map(function (_, i) { return findingSearch(i); }); // made at the first search
        return search[n].includes(wanted.text);
      },
      order: findingSort
    };
  }

  // ---- drill-down of one project ----
  function list(items) {
    return el("ul", {}, items);
  }
  function reasons(n) {
    var found = data.projects.reasons[n];
    if (!found.length) {
      var text = data.projects.text[data.projects.at.computed][n] === "unknown" ? data.words.unjudged : data.words.calm;
      return el("p", { class: "empty" }, [text]);
    }
    return list(
      found.map(function (reason) {
        var rule = data.rules[reason[0]];
        var more = rule && rule[2] ? [el("span", { class: "note" }, [data.words.fix + data.words.colon + rule[2]])] : [];
        var weight = reason[3] & 2 ? el("span", { class: "badge amber" }, [el("i", { "aria-hidden": "true" }), data.words.warning]) : severity(reason[1]);
        var head = [weight, " ", el("b", {}, [reason[0]]), " " + reason[2]];
        if (reason[3] & 1) head.push(" ", waived(data.words.accepted));
        return el("li", {}, head.concat(more));
      })
    );
  }
  function unjudged(n) {
    var found = data.projects.unjudged[n];
    if (!found.length) return [];
    var items = found.map(function (reason) {
      return el("li", {}, [el("b", {}, [reason[0]]), " " + reason[1]]);
    });
    return [el("details", {}, [el("summary", {}, [data.words.notJudged + data.words.colon + number(found.length)]), list(items)])];
  }
  function numbers(n) {
    var nodes = [];
    data.projects.factNames.forEach(function (group, g) {
      var facts = data.projects.facts[n][g];
      nodes.push(el("h3", {}, [group[0]]));
      if (!facts) {
        nodes.push(el("p", { class: "empty" }, [data.words.notKnown]));
        return;
      }
      var pairs = group[1].map(function (name, i) {
        var hint = facts[i][1] ? [el("small", {}, [facts[i][1]])] : [];
        return el("div", {}, [el("dt", {}, [name]), el("dd", {}, [facts[i][0]].concat(hint))]);
      });
      nodes.push(el("dl", { class: "numbers" }, pairs));
    });
    return nodes;
  }
  // ---- charts: the same numbers stand below each as a table ----
  function draw(name, attributes, children) {
    var node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) {
      node.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) {
      node.append(child);
    });
    return node;
  }
  function drawing(width, height, label, parts) {
    var box = { role: "img", "aria-label": label, width: width, height: height, viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none" };
    return draw("svg", box, [draw("title", {}, [label])].concat(parts));
  }
  function table(head, rows, label) {
    var cells = head.map(function (text, i) {
      return el("th", { scope: "col", class: i ? "num" : null }, [text]);
    });
    var lines = rows.map(function (row) {
      return el("tr", {}, row.map(function (cell, i) {
        return i ? el("td", { class: "num" }, [cell]) : el("th", { scope: "row" }, [cell]);
      }));
    });
    var made = el("table", {}, [el("thead", {}, [el("tr", {}, cells)]), el("tbody", {}, lines)]);
    return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, [made]);
  }
  function figure(title, parts, ends, head, rows) {
    var told = el("details", { class: "figures" }, [
      el("summary", {}, [data.words.numbers, el("span", { class: "unseen" }, [data.words.colon + title])]),
      table(head, rows, title)
    ]);
    var line = el("p", { class: "ends note" }, [el("span", {}, [ends[0]]), el("span", {}, [ends[1]])]);
    return [el("h3", {}, [title]), el("figure", { class: "chart" }, parts.concat(line, told))];
  }
  function legend(entries) {
    return el("p", { class: "legend note" }, entries.map(function (entry) {
      return el("span", { class: "entry" }, [el("span", { class: "key " + entry[0] }), entry[1]]);
    }));
  }
  function day(ordinal) {
    var date = new Date(ordinal * 86400000);
    if (root.lang !== "en") return date.toLocaleDateString(root.lang, { timeZone: "UTC", dateStyle: "long" });
    var month = date.toLocaleDateString("en-US", { timeZone: "UTC", month: "short" });
    return date.getUTCDate() + " " + month + " " + date.getUTCFullYear();
  }
  function grown(packed) {
    if (typeof packed[1] !== "string") return packed;
    return summed([packed[0]].concat(Array.from(packed[1], function (sign) {
      return parseInt(sign, 36);
    })));
  }
  function summed(steps) {
    var value = 0;
    return steps.map(function (step) {
      value += step;
      return value;
    });
  }
  function curve(values, most, width, height) {
    return "M" + values.map(function (value, n) {
      return (4 + (n * (width - 8)) / Math.max(1, values.length - 1)).toFixed(1) + " " + (height - 2 - (value / most) * (height - 10)).toFixed(1);
    }).join("L");
  }
  function line(path, colour, dashes, thick) {
    return draw("path", { d: path, fill: "none", class: "s-" + colour, "stroke-width": thick, "stroke-dasharray": dashes, "stroke-linejoin": "round", "stroke-linecap": dashes ? "butt" : "round" });
  }
  function dot(x, y, colour, wide) {
    return line("M" + x.toFixed(1) + " " + y + "h0", colour, "", wide); // no length and round ends: stays round when stretched
  }
  function burnUp(packed) {
    var w = data.words;
    var scope = grown(packed[1]);
    var done = grown(packed[2]);
    var planned = grown(packed[3]);
    var most = Math.max.apply(null, scope.concat(planned, 1));
    var frozen = scope.map(function () { return packed[0]; });
    var drawn = curve(done, most, 460, 130);
    var parts = [line(curve(scope, most, 460, 130), "ink", "", 2)];
    var entries = [["line ink", w.scope]];
    if (packed[0] !== null) parts.push(line(curve(frozen, most, 460, 130), "quiet", "2 3", 1.5));
    if (packed[0] !== null) entries.push(["line dotted", w.frozen]);
    if (planned.length) parts.push(line(curve(planned, most, 460, 130), "brass", "7 4", 2));
    if (planned.length) entries.push(["line dashed", w.planned]);
    parts.push(draw("path", { d: drawn + "L456 128L4 128Z", class: "f-thin", "fill-opacity": ".16" }), line(drawn, "thin", "", 2.5));
    entries.push(["line thin", w.done]);
    var rows = scope.map(function (items, n) {
      var until = day(data.today - 7 * (scope.length - 1 - n));
      return [until, number(items)].concat(planned.length ? number(planned[n]) : [], number(done[n]));
    });
    var head = [w.weekUntil, w.scope].concat(planned.length ? w.planned : [], w.done);
    var top = el("p", { class: "top note" }, [number(most)]);
    return figure(w.burnUp, [legend(entries), top, el("div", { class: "plot" }, [drawing(460, 130, w.burnUp, parts)])], [rows[0][0], rows[rows.length - 1][0]], head, rows);
  }
  function cost(n, amounts) {
    var w = data.words;
    var currency = data.projects.currency[n];
    var most = Math.max.apply(null, amounts);
    var over = amounts[1] / amounts[0] - 1 > data.overLimit;
    function money(amount) {
      return amount === null ? data.words.missing : amount.toLocaleString(root.lang, { style: "currency", currency: currency, maximumFractionDigits: 0 });
    }
    function bar(amount, y, high, colour) {
      return draw("rect", { x: 0, y: y, width: (460 * amount) / most, height: high, class: "f-" + colour });
    }
    var parts = [bar(amounts[0], 0, 16, "wide"), bar(amounts[1], 5, 6, over ? "fill-red" : "thin")];
    var entries = [["wide", w.baseline], [over ? "over" : "thin", w.atCompletion]];
    var rows = [w.bac, w.eac, w.ac, w.budget].map(function (name, i) {
      return [name, money(amounts[i])];
    });
    return figure(w.cost, [legend(entries), el("div", { class: "plot" }, [drawing(460, 16, w.cost, parts)])], [money(0), money(most)], [w.measure, w.amount], rows);
  }
  function scores(packed) {
    var w = data.words;
    var days = summed(packed[0]);
    var points = summed(packed[1]);
    var low = Math.min.apply(null, points);
    var path = curve(points.map(function (p) { return p - low; }), Math.max.apply(null, points) - low || 1, 460, 44);
    var rows = points.map(function (point, i) {
      return [day(days[i]), number(point)];
    });
    var last = rows[rows.length - 1];
    return figure(w.score, [el("div", { class: "plot" }, [drawing(460, 44, w.score, [line(path, "thin", "", 2)])])], [rows[0].join(" · "), last.join(" · ")], [w.day, w.points], rows);
  }
  function slips(n) {
    var w = data.words;
    var at = data.projects.milestones.ordinals;
    var found = data.projects.milestones.of[n].filter(function (m) { return m[1] >= 0; }).slice(0, 12);
    if (!found.length) return [];
    var ends = found.flatMap(function (m) { return m[2] < 0 ? [at[m[1]]] : [at[m[1]], at[m[2]]]; });
    var first = Math.min.apply(null, ends);
    var length = Math.max(1, Math.max.apply(null, ends) - first);
    var parts = found.flatMap(function (m, i) {
      var y = 11 + 22 * i;
      var x = 6 + ((at[m[1]] - first) / length) * 288;
      var ring = [dot(x, y, "ink", 10), dot(x, y, "card", 7)];
      var track = draw("rect", { x: 0, y: y + 10.5, width: 300, height: 1, class: "f-track" });
      if (m[2] < 0) return [track].concat(ring);
      var to = 6 + ((at[m[2]] - first) / length) * 288;
      var late = at[m[2]] > at[m[1]];
      var colour = late ? "fill-red" : "thin";
      return [track, line("M" + x + " " + y + "L" + to + " " + y, colour, "", late ? 3 : 1.5), dot(to, y, colour, 9)].concat(ring);
    });
    var names = el("ul", { class: "names", "aria-hidden": "true" }, found.map(function (m) { return el("li", {}, [m[0]]); }));
    var entries = [["ring", w.approvedDay], ["dot", w.expectedDay], ["dot late", w.late]];
    var plot = el("div", { class: "plot named" }, [names, drawing(300, 22 * found.length, w.slips, parts)]);
    var rows = found.map(milestoneCells);
    return figure(w.slips, [legend(entries), plot], [day(first), day(first + length)], [w.milestone, w.approved, w.forecast, w.slip], rows);
  }
  function charts(n) {
    var found = data.projects.charts[n];
    return [].concat(
      found[0].length ? burnUp(found[0]) : [],
      found[2].length ? cost(n, found[2]) : [],
      slips(n),
      found[1].length ? scores(found[1]) : []
    );
  }
  function milestoneCells(m) {
    var known = data.projects.milestones;
    var text = function (place) { return place < 0 ? data.words.missing : known.days[place]; };
    var moved = m[1] < 0 || m[2] < 0 ? null : known.ordinals[m[2]] - known.ordinals[m[1]];
    var sign = moved > 0 ? "+" : moved < 0 ? "−" : "";
    var slip = moved === null ? data.words.missing : fill(data.words.days, sign + number(Math.abs(moved)));
    return [m[0], text(m[1]), text(m[2]), slip];
  }
  function milestones(n) {
    var w = data.words;
    var head = [w.milestone, w.approved, w.forecast, w.slip, w.state].map(function (text) {
      return el("th", { scope: "col" }, [text]);
    });
    var rows = data.projects.milestones.of[n].map(function (m) {
      var cells = milestoneCells(m).map(function (text) {
        return el("td", {}, [text]);
      });
      var state = data.projects.milestones.states[m[3]];
      return el("tr", {}, cells.concat([el("td", {}, [el("span", { class: "state " + state[0] }, [state[1]])])]));
    });
    var made = el("table", {}, [el("thead", {}, [el("tr", {}, head)]), el("tbody", {}, rows)]);
    return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": w.milestones }, [made]);
  }
  function origins(n) {
    var items = data.projects.origins[n].map(function (o) {
      var name = o[2] ? link(o[2], o[1]) : o[1];
      var age = el("span", { class: "from" }, [mark(o[3], o[4])]);
      return el("li", {}, [el("b", {}, [o[0]]), " ", name, " ", age, " ", el("span", { class: "note" }, [o[5]])]);
    });
    return el("ul", { class: "origins" }, items);
  }
  function findings(n) {
    var f = data.findings;
    var found = [];
    for (var i = 0; i < f.project.length; i++) if (f.project[i] === n) found.push(i);
    if (!found.length) return el("p", { class: "empty" }, [data.words.noFindings]);
    var items = found.slice(0, 30).map(function (i) {
      var head = [severity(f.severity[i]), " ", el("b", {}, [f.rules[f.rule[i]]]), " "];
      var place = typeof f.link[i] === "number" || f.link[i] ? [" – ", itemLink(i)] : []; // else the words name it
      return el("li", {}, head.concat(findingText(i), place, toMend(i), evidence(i, 3)));
    });
    if (found.length > 30) items.push(el("li", { class: "note" }, [fill(data.words.moreFindings, number(found.length - 30))]));
    return list(items);
  }
  function pair(name, colour) {
    return el("span", {}, [el("span", { class: "quiet" }, [name + " "]), badge(colour)]);
  }
  function drill(n) {
    var p = data.projects;
    var w = data.words;
    var close = el("button", { type: "button", "aria-label": w.close, title: w.close + " (Esc)" }, ["✕"]);
    close.addEventListener("click", function () {
      dialog.close();
    });
    var states = [pair(w.computed, p.text[p.at.computed][n]), pair(w.reported, p.text[p.at.reported][n])];
    Array.from(p.dims[n]).forEach(function (letter, i) {
      states.push(pair(data.dimensions[i], COLOURS[letter]));
    });
    if (p.url[n]) states.push(link(p.url[n], w.open));
    var parts = [
      el("div", { class: "head" }, [el("h2", { id: "drill-title" }, [p.names[n] === p.text[0][n] ? p.names[n] : p.text[0][n] + " · " + p.names[n]]), close]),
      el("div", { class: "states" }, states)
    ].concat(from(n), el("h3", {}, [w.why]), reasons(n), unjudged(n), charts(n), numbers(n));
    if (p.milestones.of[n].length) parts.push(el("h3", {}, [w.milestones]), milestones(n));
    if (p.origins[n].length) parts.push(el("h3", {}, [w.origins]), origins(n));
    parts.push(el("h3", {}, [w.findings]), findings(n));
    dialog.replaceChildren(el("div", { class: "drill" }, parts));
    dialog.showModal();
    dialog.scrollTop = 0;
  }
  function openProject(key, from) {
    var n = data.projects.text[0].indexOf(key);
    if (n < 0) return false;
    if (data.pages) {
      location.href = data.pages[n];
      return true;
    }
    opener = from || null;
    drill(n);
    var place = "#" + encodeURIComponent(key);
    if (location.hash !== place) history.pushState({ drill: true }, "", place); // so that Back closes it
    return true;
  }
  dialog.addEventListener("close", function () {
    if (history.state && history.state.drill) {
      returning = opener;
      history.back();
    } else if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (opener && opener.isConnected) opener.focus();
  });
  dialog.addEventListener("click", function (event) {
    if (event.target === dialog) dialog.close(); // a click on the backdrop
  });

  // ---- clicks and keys ----
  function keyOf(target) {
    var anchor = target.closest && target.closest("a[data-key]");
    return anchor ? anchor.dataset.key : null;
  }
  document.addEventListener("click", function (event) {
    var key = data && keyOf(event.target);
    if (key === null || !data || event.ctrlKey || event.metaKey) return;
    if (openProject(key, event.target.closest("a"))) event.preventDefault();
  });
  document.addEventListener("keydown", function (event) {
    if (!data || !keyOf(event.target)) return;
    if (event.key === "Enter") {
      // Without this the same key press would reach the dialog's close button.
      event.preventDefault();
      openProject(keyOf(event.target), event.target);
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    var table = event.target.closest("table");
    if (!table) return;
    var anchors = Array.from(table.querySelectorAll("a.project"));
    var anchor = anchors[anchors.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!anchor || !event.target.classList.contains("project")) return;
    event.preventDefault();
    anchor.focus();
  });

  // ---- deep links: #KEY, #ITEM-KEY, #rule=ID&severity=high ----
  function follow() {
    var hash = decodeURIComponent(location.hash.slice(1));
    if (returning && returning.isConnected) returning.focus({ preventScroll: true }); // Back itself may move the focus
    returning = null;
    if (!hash && dialog.open) dialog.close();
    if (!hash || dialog.open) return;
    if (hash.includes("=")) {
      var wanted = new URLSearchParams(hash);
      var at = LEVELS.indexOf(wanted.get("severity"));
      if (tables.findings) tables.findings.set({ rule: wanted.get("rule"), text: wanted.get("q"), severity: at < 0 ? "" : String(at) });
      return;
    }
    if (openProject(hash)) return;
    if (data.findings && tables.findings && data.findings.item.includes(hash)) tables.findings.set({ text: hash });
  }

  // ---- keys of items and messages come in parts (packing.py) ----
  function joined(f) {
    var at = 0;
    f.item = f.item.map(function (item, n) {
      return typeof item === "number" ? f.prefixes[f.project[n]] + item : item;
    });
    var patterns = f.patterns.map(function (pattern) {
      return pattern.split("\u0001");
    });
    f.message = f.message.map(function (n) {
      return patterns[n].reduce(function (text, part) {
        return text + f.numbers[at++] + part;
      });
    });
  }

  if (!window.DecompressionStream) return; // the first rows stay as they are
  unpack().then(function (found) {
    data = found;
    if (data.findings) joined(data.findings);
    document.querySelectorAll("[data-table]").forEach(function (section) {
      if (!section.querySelector("tbody")) return;
      var source = section.dataset.table === "projects" ? projectSource() : findingSource();
      tables[section.dataset.table] = new Table(section, source);
    });
    root.dataset.ready = "yes";
    follow();
    addEventListener("hashchange", follow);
  });
})();
