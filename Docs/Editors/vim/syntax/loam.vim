" Vim syntax file
" Language: Loam
" Tests/LanguageTests/EditorTests.swift tests these keywords against the lexer and the parser.

if exists("b:current_syntax")
  finish
endif
let s:cpo_save = &cpo
set cpo&vim

syn case match
syn iskeyword 48-57,65-90,95,97-122
syn sync minlines=300

syn cluster loamCode contains=loamString,loamError,loamInteger,loamFloat,loamConditional,loamRepeat,loamLogical
syn cluster loamCode add=loamStatement,loamException,loamImport,loamFn,loamBoolean,loamNothing,loamCall,loamOperator
syn cluster loamCode add=loamParens,loamBrackets,loamBraces
syn cluster loamCode add=loamSoftModel,loamSoftState,loamSoftTest,loamSoftAs,loamSoftBy
syn cluster loamComments contains=loamComment,loamDocumentation

" Brackets, which determine the meaning of `:` and `=` inside them.
syn region loamParens transparent matchgroup=loamBracket start="(" end=")" contains=@loamCode,@loamComments,loamArgument
syn region loamBrackets transparent matchgroup=loamBracket start="\[" end="\]" contains=@loamCode,@loamComments
syn region loamBraces transparent matchgroup=loamBracket start="{" end="}" contains=@loamCode,@loamComments

" Names before `(` and `=`. Later definitions take precedence at the same position; keywords always do.
syn match loamCall "\<\h\w*\>\ze\s*("
syn match loamArgument "\<\h\w*\>\ze\s*=\%([^=]\|$\)" contained
syn match loamFunctionName "\<\h\w*\>" contained
syn match loamModelName "\<\h\w*\>" contained
syn match loamName "\<\h\w*\>" contained
syn match loamByName "\<by\>" contained

syn match loamOperator "|>\|->\|\.\.\.\|\.\.\|//=\|[-+*/%@^=!<>]=\|//\|[-+*/%@^<>=]"

" 12, 1_000, 0xFF, 2.5, 1e-3
syn match loamError "\<\d\w*"
syn match loamInteger "\<\d[0-9_]*\>"
syn match loamInteger "\<0[xX][0-9A-Fa-f_]\+\>"
syn match loamFloat "\<\d[0-9_]*\.\d[0-9_]*\%([eE][-+]\=\d[0-9_]*\)\=\>"
syn match loamFloat "\<\d[0-9_]*[eE][-+]\=\d[0-9_]*\>"

" Reserved words.
syn keyword loamConditional if else
syn keyword loamRepeat for in while break continue
syn keyword loamLogical and or not
syn keyword loamStatement return expect
syn keyword loamException try catch
syn keyword loamImport import
syn keyword loamFn fn nextgroup=loamFunctionName skipwhite
syn keyword loamBoolean true false
syn keyword loamNothing nothing

" Contextual keywords.
syn match loamSoftModel "\%(\%(^\|[;{]\)\s*\)\@<=\<model\>\ze\s\+\%(\%(and\|or\|in\)\>\)\@!\h\w*\s*\%([({#]\|$\)" nextgroup=loamModelName skipwhite
syn match loamSoftState "\%(\%(^\|[;{]\)\s*\)\@<=\<state\>\ze\s\+\%(\%(and\|or\|in\)\>\)\@!\h\w*\s*=\%([^=]\|$\)" nextgroup=loamName skipwhite
syn match loamSoftTest "\%(\%(^\|[;{]\)\s*\)\@<=\<test\>\ze\s*\""
syn match loamSoftAs "\%(\"\s*\)\@<=\<as\>" nextgroup=loamName skipwhite
syn match loamSoftBy "\%([0-9A-Za-z_)\]}\"]\s*\)\@<=\%(\<\%(and\|or\|not\|if\|in\|while\|for\|return\|catch\|expect\)\s\+\)\@<!\<by\>" nextgroup=loamByName skipwhite
syn match loamSoftBy "\%(^\s*\)\@<=\<by\>\ze\s\+\%(\%(and\|or\|in\)\>\)\@![0-9A-Za-z_\"]"

" Strings: escapes, {value}, {value:.3f}, and {{ for a brace.
syn region loamString start=+"+ end=+"+ end=+$+ contains=loamInterpolation,loamEscape,loamBadEscape,loamBraceEscape,@Spell
syn region loamInterpolation matchgroup=loamDelimiter start="{" end="}" contained contains=@loamCode,loamFormat
syn match loamFormat ":[^{}\"]*" contained
syn match loamBraceEscape "{{\|}}" contained
syn match loamBadEscape "\\." contained
syn match loamEscape +\\\%([ntr\\"]\|u{\x\+}\)+ contained

syn match loamComment "#.*$" contains=loamTodo,@Spell
syn match loamDocumentation "##.*$" contains=loamTodo,@Spell
syn keyword loamTodo TODO FIXME XXX contained

hi def link loamComment Comment
hi def link loamDocumentation SpecialComment
hi def link loamTodo Todo
hi def link loamString String
hi def link loamEscape SpecialChar
hi def link loamBraceEscape SpecialChar
hi def link loamBadEscape Error
hi def link loamDelimiter Special
hi def link loamFormat Special
hi def link loamError Error
hi def link loamInteger Number
hi def link loamFloat Float
hi def link loamBoolean Boolean
hi def link loamNothing Constant
hi def link loamConditional Conditional
hi def link loamRepeat Repeat
hi def link loamLogical Operator
hi def link loamOperator Operator
hi def link loamStatement Statement
hi def link loamException Exception
hi def link loamImport Include
hi def link loamFn Keyword
hi def link loamSoftModel Structure
hi def link loamSoftState StorageClass
hi def link loamSoftTest Statement
hi def link loamSoftAs Include
hi def link loamSoftBy Operator
hi def link loamFunctionName Function
hi def link loamModelName Type
hi def link loamCall Function
hi def link loamArgument Identifier

let b:current_syntax = "loam"
let &cpo = s:cpo_save
unlet s:cpo_save
