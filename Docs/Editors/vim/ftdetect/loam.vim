autocmd BufRead,BufNewFile *.loam setfiletype loam
