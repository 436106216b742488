"use strict"
// Everything stays in this page: what is typed is read from its fields, made into a file by the browser, and forgotten.
const form = document.querySelector("form")
const said = form.dataset
const filled = () => form.querySelector(":checked") || [...form.querySelectorAll("textarea")].some(field => field.value)

function grow(field) {
  field.parentElement.dataset.text = field.value
}

function empty() {
  form.reset()
  form.querySelectorAll("textarea").forEach(grow)
}

function say(text) {
  const status = form.querySelector("[role=status]")
  status.textContent = ""
  setTimeout(() => { status.textContent = text }, 50) // the same words again are a change too
}

// --- what was filled in

function asked(question) {
  const field = question.querySelector("textarea")
  const answers = field
    ? field.value.split("\n").map(line => line.trim()).filter(Boolean)
    : [...question.querySelectorAll(":checked")].map(box => box.parentElement.textContent.trim())
  return { label: question.querySelector("label, legend").textContent, answers, untold: !field && !answers.length }
}

const stage = () => asked(form.querySelector("fieldset")).answers[0] ?? ""
const parts = which => [...form.querySelectorAll(which)].map(part => ({
  head: part.querySelector("h2").textContent,
  tint: getComputedStyle(part).getPropertyValue("--print"),
  questions: [...part.querySelectorAll(".question")].map(asked),
}))

function made() {
  const today = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" })
  return said.made.replace("{date}", today)
}

// --- as text

function text() {
  const blocks = [`# ${said.title}`, stage()]
  for (const part of parts(".place, .together")) {
    blocks.push(`## ${part.head}`)
    for (const { label, answers, untold } of part.questions) {
      if (!untold) blocks.push(`### ${label}`, answers.map(line => `- ${line}`).join("\n") || said.blank)
    }
  }
  return [...blocks, made()].filter(Boolean).join("\n\n") + "\n"
}

// --- as a picture

const FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
const [WIDTH, EDGE, GAP, PAD] = [1600, 64, 28, 24]
const [INK, QUIET, LINE] = ["#1b2733", "#4d5a68", "#7c8a97"]
const MOST = 2 ** 24 // pixels; a larger canvas stays blank in some browsers
const SPACING = 1.35
const UNFIT = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu // in XML
const pen = document.createElement("canvas").getContext("2d")
const signs = word => Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(word), s => s.segment) : Array.from(word)

// A text as lines no wider than `width`, and 5 % less, for who opens the picture may have another font. A word that is
// longer than a line goes on on the next.
function lines(text, width, size, look = {}) {
  pen.font = `${look["font-weight"] ?? 400} ${size}px ${FONT}`
  const fits = line => pen.measureText(line).width <= width * 0.95
  const out = []
  let line = ""
  for (const word of text.replace(UNFIT, "").split(/\s+/)) {
    if (line && fits(`${line} ${word}`)) {
      line += ` ${word}`
      continue
    }
    if (line) out.push(line)
    line = ""
    for (const sign of fits(word) ? [word] : signs(word)) {
      if (line && !fits(line + sign)) {
        out.push(line)
        line = ""
      }
      line += sign
    }
  }
  return [...out, line].map(line => ({ line, size, look }))
}

function block({ label, answers, untold }, width) {
  if (untold) return []
  const answered = answers.flatMap(answer => {
    const [first, ...rest] = lines(answer, width - 24, 26)
    return [{ ...first, dot: true, indent: 24 }, ...rest.map(line => ({ ...line, indent: 24 }))]
  })
  const blank = lines(said.blank, width, 22, { "font-style": "italic", fill: QUIET })
  return [...lines(label, width, 22, { "font-weight": 700, fill: QUIET }), ...(answered.length ? answered : blank)]
}

const height = rows => rows.reduce((sum, { size }) => sum + size * SPACING, 0)

function shape(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.textContent = text
  return element
}

function picture() {
  const svg = shape("svg", { width: WIDTH, "font-family": FONT, fill: INK, role: "img" })
  svg.append(shape("title", {}, said.title), shape("rect", { width: "100%", height: "100%", fill: "#ffffff" }))
  let top = EDGE

  function write(rows, x, y) {
    for (const { line, size, look, dot, indent = 0 } of rows) {
      if (dot) svg.append(shape("circle", { cx: x + 7, cy: y + size * 0.68, r: 4.5, fill: LINE }))
      svg.append(shape("text", { x: x + indent, y: y + size, "font-size": size, ...look }, line))
      y += size * SPACING
    }
    return y
  }

  // Parts side by side, with the same question on the same line.
  function beside(parts) {
    const width = (WIDTH - 2 * EDGE - GAP * (parts.length - 1)) / parts.length
    const columns = parts.map(({ head, questions }) => [
      lines(head, width - 2 * PAD, 34, { "font-weight": 700 }),
      ...questions.map(question => block(question, width - 2 * PAD)),
    ])
    const tallest = columns[0].map((_, n) => Math.max(...columns.map(column => height(column[n]))))
    const whole = tallest.reduce((sum, tall) => sum + (tall && tall + PAD), PAD + 12)
    parts.forEach(({ tint }, n) => {
      const x = EDGE + n * (width + GAP)
      svg.append(shape("rect", { x, y: top, width, height: whole, fill: "none", stroke: LINE }))
      svg.append(shape("rect", { x, y: top, width, height: 10, fill: tint }))
      let y = top + PAD + 12
      columns[n].forEach((rows, row) => {
        write(rows, x + PAD, y)
        y += tallest[row] && tallest[row] + PAD
      })
    })
    top += whole + GAP
  }

  const inner = WIDTH - 2 * EDGE
  top = write(lines(said.title, inner, 56, { "font-weight": 700 }), EDGE, top)
  if (stage()) top = write(lines(stage(), inner, 28, { fill: QUIET }), EDGE, top)
  top += PAD
  beside(parts(".place"))
  beside(parts(".together"))
  const tall = Math.ceil(write(lines(made(), inner, 20, { fill: QUIET }), EDGE, top) + EDGE / 2)
  svg.setAttribute("height", tall)
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${tall}`)
  return { tall, blob: new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }) }
}

function drawn({ tall, blob }) {
  return new Promise((done, failed) => {
    const image = new Image(WIDTH, tall)
    const address = URL.createObjectURL(blob)
    image.onerror = failed
    image.onload = () => {
      const canvas = document.createElement("canvas")
      Object.assign(canvas, { width: WIDTH, height: tall })
      canvas.getContext("2d").drawImage(image, 0, 0)
      URL.revokeObjectURL(address)
      canvas.toBlob(png => png ? done(png) : failed(), "image/png")
    }
    image.src = address
  })
}

// --- what the buttons do

function save(blob, ending) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = `${said.file}.${ending}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  say(said.saved.replace("{file}", link.download))
}

const does = {
  async png() {
    const drawing = picture()
    if (WIDTH * drawing.tall > MOST) say(said.tooLong)
    else await drawn(drawing).then(png => save(png, "png"), () => say(said.failed))
  },
  svg: () => save(picture().blob, "svg"),
  text: () => save(new Blob([text()], { type: "text/plain;charset=utf-8" }), "txt"),
  print: () => window.print(),
  clear() {
    if (filled() && !confirm(said.sure)) return
    empty()
    say(said.cleared)
  },
}

for (const [id, act] of Object.entries(does)) document.getElementById(id).onclick = act
form.addEventListener("input", event => event.target.matches("textarea") && grow(event.target))
addEventListener("beforeunload", event => {
  if (filled()) event.preventDefault()
})
addEventListener("pagehide", empty) // who goes back finds it empty, on a computer that others use too
document.documentElement.className = "js" // only now are there buttons, and does paper show what was typed
form.querySelector(".save").hidden = false
